package words

import (
	"strings"
	"testing"
)

// TestDocuments reads here-documents with bash and with Parse.
func TestDocuments(t *testing.T) {
	env := world(t)
	bodies := []string{"", "a\n", "a  b\n\nc\n", "$A ${A}b $SP \"$SP\" '$SP'\n", "$UNSET|${UNSET:-x}|${A:+y}|${#A}\n", "$((1+NUM)) $((2*3))\n", `\$A \\ \" \' \a \` + "\nb\n",
		"`\\``\n", "*.txt ~ {a,b} #x ; | & < >\n", "\ta\n\t\tb $A\n", "$A\tb\n\t$A\tb\n", " \ta\n", "E2\n E\nE \n", "$\n$ $.\n", "\"\n'\n", "$QT $BS $RAW\n", "\xff\xfe$A\n", "a\r\n", "é $UTF ${UTF^^}\n",
		"${SP/one/two} ${LIST%%:*}\n", "$GLOB $TILDE $TAB\n", "\\\n\ta\n", "${UNSET:-a\tb}\n", "a\\\nb\\\\\nc\n"}
	for _, open := range []string{"<<E", "<<-E", "<<'E'", `<<"E"`, `<<\E`, "<<-'E'", `<< E`, "0<<E", "<<'E'''"} {
		for _, body := range bodies {
			if strings.Contains(body, "`") && !strings.ContainsAny(open, `'"\`) {
				continue // an empty command
			}
			end := "E\n"
			if strings.HasPrefix(open, "<<-") {
				end = "\tE\n"
			}
			line := "cat " + open + "\n" + body + end
			want := bash(t, env, line)
			commands, err := Parse(line, env)
			if err != nil {
				t.Errorf("%q: %v", line, err)
				continue
			}
			if r := commands[0].Redirs; len(r) != 1 || r[0].Op != Data || r[0].FD != 0 || r[0].Data != want {
				t.Errorf("%q:\n got  %+v\n bash %q", line, r, want)
			}
		}
	}
	for line, want := range map[string]string{
		"a <<E | b\nx\nE\n": "0:a{0x\n} 8:b", "a <<E | b <<F >f\nx\nE\ny\nF\n": "0:a{0x\n} 8:b{0y\n 1>f}", "a 3<<E 4<<F\nx\nE\ny\nF": "0:a{3x\n 4y\n}", "\na <<E\nE": "1:a{0}",
	} {
		if commands, err := Parse(line, env); err != nil || shown(commands) != want {
			t.Errorf("%q: %q, %v, not %q", line, shown(commands), err, want)
		}
	}
}
