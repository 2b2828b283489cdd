package edit

import "testing"

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
