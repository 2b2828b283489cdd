package words

import (
	"errors"
	"strings"
	"testing"
)

// TestRefused has a row for each construct: the line with the place of the
// error between « and », a part of the message and a part of the hint.
func TestRefused(t *testing.T) {
	env := world(t)
	const sh = `cmd("bash", "-c", ...)`
	for _, row := range []struct{ line, message, hint string }{
		{"a«;» b", "; is not part", sh}, {"a «;»", "; is not part", "run(sh"}, {"a «&&» b", "&& is not part", sh}, {"a «||» b", "|| is not part", sh},
		{"a «&&»", "&&", sh}, {"a «&»", "& is not part", "start("}, {"a «&» b", "& is not part", sh}, {"a«\n»b", "a newline between two commands", sh},
		{"a «$(b)»", "command substitution", ":text()"}, {"a \"«$(b)»\"", "command substitution", sh}, {"a «`b`»", "command substitution", sh},
		{"a ${x:-«$(b)»}", "command substitution", sh}, {"a $((1+«$(b)»))", "command substitution", sh}, {"a >«$(b)»", "command substitution", sh}, {"X=«$(b)» a", "command substitution", sh},
		{"a «$(»b", "command substitution", sh}, {"a «`b»", "command substitution", sh}, {"diff «<(a)» <(b)", "process substitution", sh}, {"a > «>(b)»", "process substitution", sh},
		{"cat «<<»EOF", "the here-document is never ended", `text"..."`}, {"cat «<<»EOF\nx\nEOF \n", "never ended", "delimiter alone"}, {"cat <<E\n«$(a)»\nE\n", "command substitution", sh}, {"cat <<E\n«$1»\nE\n", "$1", "arg"},
		{"«if» a; then b; fi", "if is not part", sh}, {"«while» a; do b; done", "while", sh}, {"«until» a; do b; done", "until", sh}, {"«for» i in 1 2; do b; done", "for", "Lua"},
		{"«case» a in a) b;; esac", "case", sh}, {"«select» x in a; do b; done", "select", sh}, {"«f() { a; }»", "a shell function", "Lua function"}, {"«function f { a; }»", "a shell function", sh},
		{"«if» true", "if is not part", sh}, {"«for» i in a", "for", sh}, {"«f()»", "a shell function", sh},
		{"a | «while» b; do c; done", "while", sh}, {"«[[» -f a ]]", "[[ ]]", "test"}, {"«((» 1+1 ))", "(( ))", "Lua"}, {"«!» a", "! is not part", "check=false"}, {"«!» a | b", "!", sh},
		{"«time» a", "time", ".elapsed"}, {"«coproc» a", "coproc", "start("}, {"«let» x=1", "let", "Lua"},
		{"«cd» /tmp", "cd changes the shell", ":dir"}, {"«pushd» a", "pushd", ":dir"}, {"«export» A=1", "export", ":env{"}, {"«declare» x", "declare", ":env{"}, {"«local» x", "local", sh}, {"«readonly» x", "readonly", sh},
		{"«source» f", "source", "dofile"}, {"«.» f", ". changes", sh}, {"«eval» a", "eval", "sh(s)"}, {"«exec» a", "exec", sh}, {"«set» -e", "set", sh}, {"«unset» A", "unset", "env -u"}, {"«alias» a=b", "alias", "ll = sh"},
		{"«exit» 1", "exit", "os.exit"}, {"«return»", "return", sh}, {"«shift»", "shift", sh}, {"«trap» a EXIT", "trap", ".signal"}, {"«read» x", "read", "io.read"}, {"«wait»", "wait", "start(t)"}, {"«umask» 077", "umask", sh}, {"«ulimit» -n 9", "ulimit", sh}, {"«:»", ": changes", "true"},
		{"a | «cd» b", "cd", sh}, {"«'cd'» b", "cd", sh}, {"X=1 «cd» b", "cd", sh},
		{"a «$?»", "$?", ".code"}, {"a «$$»", "$$", ".pid"}, {"a «$!»", "$!", ".pid"}, {"a «$1»", "$1", "arg"}, {"a «${10}»", "$10", "arg"}, {"a «$@»", "$@", "unpack(arg)"}, {"a \"«$@»\"", "$@", "arg"}, {"a «$*»", "$*", sh}, {"a «$#»", "$#", sh}, {"a «$-»", "$-", sh}, {"a «$0»", "$0", sh},
		{"a «${x[1]}»", "an array", "unpack(t)"}, {"«x»=(a b) c", "an array", sh}, {"a «${!x}»", "${!name}", "os.getenv"}, {"a «${!x*}»", "${!prefix*}", sh}, {"a «${A@Q}»", "${name@...}", sh}, {"a «$RANDOM»", "$RANDOM", "math.random"}, {"a «${x:-\"b c\"}»", "a quote, a backslash or ~ inside ${}", sh}, {"a «${x:+'b'}»", "a quote", sh}, {"a «${x-~}»", "a quote", sh}, {"a «${x:=b\\ c}»", "a quote", sh}, {"a «${x/#b/c}»", "this form of ${name/pattern/text}", "gsub"}, {"a «${x//b/\\\\}»", "this form of ${name", sh}, {"a «$'\\cA'»", "a control character", "x01"},
		{"a «@(b|c)»", "an extended pattern", sh},
		{"a «{x}»>b", "{x} in front of a redirection", "number"}, {"a «>/dev/tcp/h/1»", "/dev/tcp/", sh},
		{"a «'»b c", "the quote ' is never closed", "end it with another '"}, {"a «\"»b c", `the quote " is never closed`, `\"`}, {"a «$'»b", "the quote ' is never closed", "end it"}, {"a «${»x", "${ is never closed", "}"}, {"a «$((»1", "$(( is never closed", "))"},
		{"a «|»", "no command follows |", "leave the | out"}, {"«|» a", "no command stands before |", "in front"}, {"a «|» | b", "no command follows |", "name a program"}, {"a «>»", "no file is named after >", "name after it"}, {"a «<»", "no file is named", ""}, {"a «)»", ") is not part", "quote it"}, {"a «(»b)", "( is not part", "quote it"}, {"«(»a)", "(...) is not part", sh}, {"«{» a; }", "{...} is not part", sh},
		{"«»", "an empty line names no program", "sh"}, {"«  \n»", "an empty line", ""}, {"«# only»", "an empty line", ""},
		{"«X=1»", "an assignment without a command", ":env{"}, {"«>x»", "a redirection without a command", "name a program"}, {"«$UNSET»", "nothing is left", "unset"}, {"a | «$UNSET $EMPTY»", "nothing is left", ""}, {"«\"\"» a", "the name of the program is empty", ""},
		{"a >«$UNSET»", "$UNSET: ambiguous redirect", "nothing"}, {"a >«$SP»", "$SP: ambiguous redirect", "2 words"}, {"a <«*.txt»", "*.txt: ambiguous redirect", "words"}, {"a >«{b,c}»", "{b,c}: ambiguous redirect", ""}, {"a 2>&«x»", "x: ambiguous redirect", ""}, {"a >«\"\"»", "a file's name is empty", ""}, {"a «99999>b»", "descriptor 99999 is above 1023", "smaller"},
		{"a «${UNSET:?gone}»", "UNSET: gone", "no value"}, {"a «${UNSET?}»", "UNSET: parameter", ""}, {"a «$((1/0))»", "division by zero", ""}, {"a «{1..99999}»", "brace expansion would exceed", "Lua"},
		{"a «\x00»b", "NUL", "pipe"}, {"é\xff «$1»", "$1", ""}, {"\xff\xff\r é «$(a)»", "command substitution", ""},
	} {
		from := strings.Index(row.line, "«")
		to := strings.Index(row.line, "»") - len("«")
		line := strings.Replace(strings.Replace(row.line, "«", "", 1), "»", "", 1)
		_, err := Parse(line, env)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%q: no error", line)
			continue
		}
		if e.Col != from || e.Width != to-from {
			t.Errorf("%q: points at %d+%d %q, not %d+%d (%s)", line, e.Col, e.Width, line[e.Col:e.Col+e.Width], from, to-from, e.Message)
		}
		if !strings.Contains(e.Message, row.message) || !strings.Contains(e.Hint, row.hint) {
			t.Errorf("%q: message %q, hint %q; not %q, %q", line, e.Message, e.Hint, row.message, row.hint)
		}
		if strings.Contains(e.Message, "is not part of a line") && !strings.Contains(e.Hint, sh) {
			t.Errorf("%q: the hint %q names no shell", line, e.Hint)
		}
	}
}
