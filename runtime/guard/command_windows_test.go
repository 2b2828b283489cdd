package guard

import (
	"slices"
	"testing"

	"golang.org/x/sys/windows"
)

// TestCommandLine: the system takes a command line apart as it was put together.
func TestCommandLine(t *testing.T) {
	for _, argv := range [][]string{
		{"x"}, {"x", ""}, {"x", "a b", "c"}, {"x", `a"b`}, {"x", `a\`, `a b\`, `a\\`}, {"x", `\"`, `a\\"b c`, `"`},
		{"x", "%PATH%", "^", "a^b", "&", "|", "<>", "(", "!"}, {"x", "a\tb", "ä €"}, {`C:\Program Files\x.exe`, "*", "?"},
	} {
		line, err := commandLine(`C:\x.exe`, argv)
		if err != nil {
			t.Errorf("%q: %v", argv, err)
			continue
		}
		got, err := windows.DecomposeCommandLine(line.words)
		if err != nil || !slices.Equal(got, argv) || line.program != `C:\x.exe` {
			t.Errorf("%q: %s %s: %q, %v", argv, line.program, line.words, got, err)
		}
	}
}

// TestBatchLine: nothing in an argument of a batch file is a command or a variable, and what cannot be quoted is refused.
func TestBatchLine(t *testing.T) {
	for _, row := range []struct{ arg, want string }{
		{"a", `"a"`}, {"", `""`}, {"a b", `"a b"`}, {`a"b`, `"a""b"`}, {`a\`, `"a\\"`}, {`\"`, `"\\"""`},
		{"%X%", `"%%cd:~,%X%%cd:~,%"`}, {"&calc", `"&calc"`}, {"\n", "refused"}, {"\r", "refused"},
	} {
		line, err := commandLine(`C:\d\x.BAT`, []string{"x", row.arg})
		want := `cmd.exe /e:ON /v:OFF /d /c ""C:\d\x.BAT" ` + row.want + `"`
		if refused := err != nil; refused != (row.want == "refused") || !refused && line.words != want {
			t.Errorf("%q: %s, %v; want %s", row.arg, line.words, err, want)
		}
	}
}

// TestShellLine: one line for cmd.exe goes to it as it stands, and other arguments of cmd.exe are quoted as any.
func TestShellLine(t *testing.T) {
	for _, row := range []struct {
		argv []string
		want string
	}{
		{[]string{"cmd", "/c", `mkdir "a b"`}, `cmd.exe /s /c "mkdir "a b""`},
		{[]string{"cmd", "/d", "/K", `"C:\a b\x.exe" "c"`}, `cmd.exe /s /d /K ""C:\a b\x.exe" "c""`},
		{[]string{"cmd", "/c", "echo", "a b"}, `"cmd" /c echo "a b"`},
		{[]string{"cmd", "a b", "/c"}, `"cmd" "a b" /c`},
		{[]string{"cmd"}, `"cmd"`},
	} {
		if line, err := commandLine(`C:\Windows\System32\CMD.EXE`, row.argv); err != nil || line.words != row.want {
			t.Errorf("%q: %s, %v; want %s", row.argv, line.words, err, row.want)
		}
	}
}

// TestEnvironmentBlock: sorted whatever the case, with two NULs at its end.
func TestEnvironmentBlock(t *testing.T) {
	block := environmentBlock([]string{"b=2", "=C:=C:\\x", "A=1", "Path=p"})
	want := "=C:=C:\\x\x00A=1\x00b=2\x00Path=p\x00"
	if got := string(runes(block)); got != want+"\x00" {
		t.Errorf("%q", got)
	}
	if got := environmentBlock(nil); !slices.Equal(got, []uint16{0, 0}) {
		t.Error(got)
	}
}

func runes(block []uint16) (list []rune) {
	for _, c := range block {
		list = append(list, rune(c))
	}
	return list
}
