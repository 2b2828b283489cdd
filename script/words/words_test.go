package words

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestPipeline(t *testing.T) {
	env := world(t)
	for _, row := range []struct{ line, want string }{
		{"a", "0:a"}, {"  a b", "2:a b"}, {"a|b", "0:a 2:b"}, {"a | b -x |\n c", "0:a 4:b -x 12:c"}, {"\n a \n", "2:a"}, {"a # b | c", "0:a"}, {" A=1 b | c", "1:b[A=1] 9:c"},
		{"a >f | b", "0:a{1>f} 7:b"}, {">f a", "0:a{1>f}"}, {"a |& b", "0:a{2=1} 5:b"}, {"a 2>f |& b | c", "0:a{2>f 2=1} 9:b 13:c"}, {"a | b |& c", "0:a 4:b{2=1} 9:c"},
		{"a <f", "0:a{0<f}"}, {"a >>f", "0:a{1>>f}"}, {"a 2>>f", "0:a{2>>f}"}, {"a >|f", "0:a{1>f}"}, {"a <>f", "0:a{0<>f}"}, {"a 3<f", "0:a{3<f}"}, {"a 2>&1", "0:a{2=1}"}, {"a >&2", "0:a{1=2}"}, {"a <&3", "0:a{0=3}"},
		{"a 3>&1 1>&2 2>&3-", "0:a{3=1 1=2 2=3 3-}"}, {"a 2>&-", "0:a{2-}"}, {"a <&-", "0:a{0-}"}, {"a &>f", "0:a{1>f 2=1}"}, {"a &>>f", "0:a{1>>f 2=1}"}, {"a >&f", "0:a{1>f 2=1}"}, {"a 1>&f", "0:a{1>f 2=1}"},
		{"a <<<b", "0:a{0b\n}"}, {"a <<<$SP", "0:a{0one  two\n}"}, {"a <<<{a,b}", "0:a{0{a,b}\n}"}, {"a <<<*", "0:a{0*\n}"}, {"a <<<'x y'z", "0:a{0x yz\n}"}, {"a 3<<<x", "0:a{3x\n}"},
		{"a >$A.txt", "0:a{1>a.txt}"}, {"a >\"$SP\"", "0:a{1>one  two}"}, {"a <a*", "0:a{0<a.txt}"}, {"a >&$A", "0:a{1>a 2=1}"}, {"a 2>&$NUM", "0:a{2=7}"}, {"a >&$DASH", "0:a{1-}"}, {"a 1>&1-", "0:a{1=1}"}, {"a 2 >f", "0:a 2{1>f}"}, {"a x2>f", "0:a x2{1>f}"},
		{"$EMPTY a $UNSET b", "0:a b"}, {"a b=c", "0:a b=c"}, {"$A x", "0:a x"}, {"é |\tb", "0:é 5:b"}, {"\xff | b", "0:\xff 4:b"}, {"'a' | \\b", "0:a 6:b"}, {"echo if", "0:echo if"}, {"./cd x", "0:./cd x"},
	} {
		commands, err := Parse(row.line, env)
		if err != nil {
			t.Errorf("%q: %v", row.line, err)
			continue
		}
		if got := shown(commands); got != row.want {
			t.Errorf("%q: %q, not %q", row.line, got, row.want)
		}
	}
}

// shown writes commands as col:args[assignments]{redirections}.
func shown(commands []Command) string {
	var out []string
	for _, c := range commands {
		s := fmt.Sprintf("%d:%s", c.Col, strings.Join(c.Args, " "))
		for _, a := range c.Assign {
			s += "[" + a.Name + "=" + a.Value + "]"
		}
		var rs []string
		for _, r := range c.Redirs {
			switch r.Op {
			case Dup:
				rs = append(rs, fmt.Sprintf("%d=%d", r.FD, r.Target))
			case Data:
				rs = append(rs, fmt.Sprintf("%d%s", r.FD, r.Data))
			default:
				sign := map[Op]string{Open: "<", Create: ">", Append: ">>", ReadWrite: "<>", Close: "-"}[r.Op]
				rs = append(rs, fmt.Sprintf("%d%s%s", r.FD, sign, r.Path))
			}
		}
		if rs != nil {
			s += "{" + strings.Join(rs, " ") + "}"
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

func TestColumnsOfRedirections(t *testing.T) {
	commands, err := Parse("é >f 2>&1 | b &>g", Env{})
	if err != nil {
		t.Fatal(err)
	}
	var got []int
	for _, c := range commands {
		for _, r := range c.Redirs {
			got = append(got, r.Col)
		}
	}
	if want := []int{3, 6, 15, 15}; !reflect.DeepEqual(got, want) {
		t.Errorf("columns %v, not %v", got, want)
	}
}

func TestEmptyEnv(t *testing.T) {
	commands, err := Parse(`a $X "$X" ~ ~root *.nope ${X:-y}`, Env{Dir: t.TempDir()})
	if err != nil || shown(commands) != "0:a  ~ ~root *.nope y" {
		t.Errorf("%q, %v", shown(commands), err)
	}
}

func TestUnreadableFolderMatchesNothing(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "shut"), 0); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	commands, err := Parse(`a shut/* file/* nope/* */x`, Env{Dir: dir})
	if err != nil || shown(commands) != "0:a shut/* file/* nope/* */x" {
		t.Errorf("%q, %v", shown(commands), err)
	}
}

func TestLongLines(t *testing.T) {
	commands, err := Parse(strings.Repeat("cat | ", 2000)+"wc 'a'", Env{})
	if err != nil || len(commands) != 2001 || commands[2000].Col != 12000 {
		t.Errorf("%d commands, %v", len(commands), err)
	}
	long := strings.Repeat("x", 1<<20)
	commands, err = Parse("echo '"+long+"' "+long, Env{})
	if err != nil || commands[0].Args[2] != long {
		t.Errorf("a long word: %v", err)
	}
}

func BenchmarkPlain(b *testing.B) {
	for b.Loop() {
		if _, err := Parse("grep -c --color=never 7 access.log", Env{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkQuoted(b *testing.B) {
	for b.Loop() {
		if _, err := Parse("grep -c '7' <access.log | wc -l", Env{}); err != nil {
			b.Fatal(err)
		}
	}
}
