package edit

import (
	"strings"
	"testing"
)

// TestKeysAreListed: help names every key once, and none that does nothing.
func TestKeysAreListed(t *testing.T) {
	listed := map[string]bool{}
	for _, k := range Keys() {
		for _, name := range k.Keys {
			if listed[name] {
				t.Errorf("%s is listed twice", name)
			}
			if emacs[name] == nil {
				t.Errorf("%s is listed, but does nothing", name)
			}
			listed[name] = true
		}
	}
	for name := range emacs {
		if !listed[name] {
			t.Errorf("%s is not listed", name)
		}
	}
}

// TestViKeysAreListed is the same for vi's command mode.
func TestViKeysAreListed(t *testing.T) {
	does := map[string]bool{keyEscape: true, keyBackspace: true, "1-9": true, ".": true}
	for _, key := range viOperators {
		does[string(key)] = true
	}
	for key := range viMotions {
		does[key] = true
	}
	for key := range viMoves {
		does[key] = true
	}
	for key := range viChanges {
		does[key] = true
	}
	for key := range viInserts {
		does[key] = true
	}
	for key := range viShort {
		does[key] = true
	}
	s := &session{Editor: &Editor{}, text: text{s: "([{\"'`a`'\"}])", at: 6}}
	for _, object := range []string{"w", "W", "\"", "'", "`", "(", "[", "{"} {
		for _, name := range []string{"i", "a"} {
			_, _, does[name+object] = s.object(viCommand{name: name, argument: object})
		}
	}
	listed := map[string]bool{}
	for _, k := range ViKeys() {
		for _, name := range k.Keys {
			if listed[name] {
				t.Errorf("%s is listed twice", name)
			}
			if !does[name] {
				t.Errorf("%s is listed, but does nothing", name)
			}
			listed[name] = true
		}
		if strings.Contains(k.Shown(), "  ") {
			t.Errorf("%q is shown as %q", k.Keys, k.Shown())
		}
	}
	for name := range does {
		if !listed[name] {
			t.Errorf("%s is not listed", name)
		}
	}
}
