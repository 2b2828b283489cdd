package words

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// tildePieces are what words with a ~ in them are made of.
var tildePieces = []string{"~", "~", "~", "~root", "~+", "a=", "a=", "b+=", "=", ":", ":", ":", "/", "/x", "x", "1", "-", `\:`, `\x`, `\~`, `"q"`, `":"`, "'s'", "$A", "${UNSET}", "é", "{", ",", "}"}

// beside are words that bash reads in a way of its own: it takes =~ behind a ~ for one
// more, and does not look at a variable behind ~:.
var beside = regexp.MustCompile(`~[^/:]*=~|^~[^/]*:[^/]*\$|[{,].*[,}]`)

// TestRandomTildes has bash read made-up words as arguments, as values of assignments and
// behind <<<, all in one process.
func TestRandomTildes(t *testing.T) {
	env := world(t)
	r := rand.New(rand.NewPCG(15, 1))
	var words []string
	script := "p() { for a; do printf '%s\\0' \"$a\"; done; echo; }; x() { echo \"$X\"; }; h() { IFS= read -r -d '' H; printf %s \"$H\"; }\n"
	for len(words) < 3000 {
		word := ""
		for range 1 + r.IntN(7) {
			word += tildePieces[r.IntN(len(tildePieces))]
		}
		if beside.MatchString(word) {
			continue
		}
		words = append(words, word)
		script += fmt.Sprintf("p %s\nX=%s x\nh <<<%s\n", word, word, word)
	}
	file := filepath.Join(t.TempDir(), "script")
	if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	want := strings.Split(bash(t, env, ". "+file+"; exit 0"), "\n")
	for i, word := range words {
		got := make([]string, 3)
		for k, form := range []string{"p %s", "X=%s p", "p <<<%s"} {
			commands, err := Parse(fmt.Sprintf(form, word), env)
			if err != nil {
				t.Fatalf("%q: %v", word, err)
			}
			switch c := commands[0]; k {
			case 0:
				for _, a := range c.Args[1:] {
					got[k] += a + "\x00"
				}
			case 1:
				got[k] = c.Assign[0].Value
			case 2:
				got[k] = strings.TrimSuffix(c.Redirs[0].Data, "\n")
			}
			if w := want[3*i+k]; got[k] != w {
				t.Errorf("%q in %q:\n got  %q\n bash %q", word, form, got[k], w)
			}
		}
	}
}
