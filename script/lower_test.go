package script

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"weir/ipc"
)

// picture writes a lowered topology a line each: stages with their ends, then
// weir's own ends.
func picture(lo *lowering) string {
	kinds := map[string]string{}
	for _, c := range lo.top.Channels {
		kinds[c.Name] = string(c.Kind)
		if c.Path != "" {
			kinds[c.Name] += ":" + filepath.Base(c.Path)
		}
		if c.Capacity > 0 {
			kinds[c.Name] += fmt.Sprintf("(%d)", c.Capacity)
		}
	}
	var b strings.Builder
	line := func(stage, title string) {
		var ends []string
		for _, e := range lo.top.Ends {
			if e.Stage == stage {
				arrow := map[ipc.Mode]string{ipc.Read: "<", ipc.Write: ">", ipc.Append: ">>"}[e.Mode]
				text := arrow + e.Channel + "=" + kinds[e.Channel]
				if e.FD >= 0 {
					text = fmt.Sprintf("%d%s", e.FD, text)
				}
				ends = append(ends, text)
			}
		}
		if stage != "" || len(ends) > 0 {
			b.WriteString(strings.TrimSpace(title+" "+strings.Join(ends, " ")) + "\n")
		}
	}
	for _, s := range lo.top.Stages {
		line(s.Name, s.Name+" ["+strings.Join(s.Argv, " ")+"]")
	}
	line("", "script")
	return b.String()
}

// lowered lowers what the code returns.
func lowered(tb testing.TB, code string, how runMode) (string, error) {
	tb.Helper()
	vm := newVM(tb)
	values, err := vm.Eval("x.lua", code)
	if err != nil {
		return "", err
	}
	var nodes []node
	for _, v := range values {
		n, ok := toNode(v)
		if !ok {
			tb.Fatalf("%s: gave a %s", code, v.Type())
		}
		nodes = append(nodes, n)
	}
	lo := newLowering(vm)
	if err := lo.lower(nodes, lo.surroundings(how)); err != nil {
		return "", vm.failures.problemError(err)
	}
	return picture(lo), nil
}

func TestLower(t *testing.T) {
	rows := []struct{ code, want string }{
		{`return sh"ls"`, "ls [ls]\n"},
		{`return cmd("a", 1, "b c")`, "a [a 1 b c]\n"},
		{`return "a" | "b" | "c"`, "a [a] 1>pipe1=pipe\nb [b] 0<pipe1=pipe 1>pipe2=pipe\nc [c] 0<pipe2=pipe\n"},
		{`return sh"a" | (sh"b" | sh"c")`, "a [a] 1>pipe1=pipe\nb [b] 0<pipe1=pipe 1>pipe2=pipe\nc [c] 0<pipe2=pipe\n"},
		{`return "sort" | "sort" | "sort"`, "sort [sort] 1>pipe1=pipe\nsort#2 [sort] 0<pipe1=pipe 1>pipe2=pipe\nsort#3 [sort] 0<pipe2=pipe\n"},
		{`return cmd("/bin/ls"):named("x") | cmd("y"):named("x")`, "x [/bin/ls] 1>pipe1=pipe\nx#2 [y] 0<pipe1=pipe\n"},
		{`return file"in" | "cat" | file"out"`, "cat [cat] 0<file1=file:in 1>file2=file:out\n"},
		{`return file("in", "r") | "cat" | file("out", "a")`, "cat [cat] 0<file1=file:in 1>>file2=file:out\n"},
		{`return text"x" | "cat"`, "cat [cat] 0<memory1=memory\n"},
		{`return "a" | pipe{capacity="64K"} | "b"`, "a [a] 1>pipe1=pipe(65536)\nb [b] 0<pipe1=pipe(65536)\n"},
		{`return "a" | pipe{capacity=4096}:named"p" | "b"`, "a [a] 1>p=pipe(4096)\nb [b] 0<p=pipe(4096)\n"},
		{`local p = pipe() return "a" | p, "b" | p, p | "c"`, "a [a] 1>pipe1=pipe\nb [b] 1>pipe1=pipe\nc [c] 0<pipe1=pipe\n"},
		{`return "a" | fifo"/tmp/no.fifo", fifo"/tmp/no.fifo" | "b"`, "a [a] 1>fifo1=fifo:no.fifo\nb [b] 0<fifo1=fifo:no.fifo\n"},
		{`return pipe() | "a"`, "a [a] 0<pipe1=pipe\nscript >pipe1=pipe\n"},
		{`return "a" | pipe()`, "a [a] 1>pipe1=pipe\nscript <pipe1=pipe\n"},
		{`return sh"a" + sh"b"`, "a [a] 1>pipe1=pipe\nb [b] 1>pipe2=pipe\nmerge [] 0<pipe1=pipe 1<pipe2=pipe 2>stdout=standard\n"},
		{`return sh"a" + sh"b" | nil`, ""},
		{`return file"in" | (sh"a" + sh"b")`, "a [a] 0<file1=file:in 1>pipe1=pipe\nb [b] 0<file1=file:in 1>pipe2=pipe\nmerge [] 0<pipe1=pipe 1<pipe2=pipe 2>stdout=standard\n"},
		{`return text"in" | sh"a" + sh"b"`, "a [a] 0<memory2=memory 1>pipe1=pipe\nb [b] 0<memory3=memory 1>pipe2=pipe\nmerge [] 0<pipe1=pipe 1<pipe2=pipe 2>stdout=standard\n"},
		{`return "c" | (sh"a" + sh"b") | "d"`, "c [c] 1>pipe1=pipe\ntee [] 0<pipe1=pipe 1>pipe3=pipe 2>pipe4=pipe\na [a] 0<pipe3=pipe 1>pipe5=pipe\nb [b] 0<pipe4=pipe 1>pipe6=pipe\nmerge [] 0<pipe5=pipe 1<pipe6=pipe 2>pipe2=pipe\nd [d] 0<pipe2=pipe\n"},
		{`local f = file("log", "a") return "a" | f, "b" | f`, "a [a] 1>>file1=file:log\nb [b] 1>>file1=file:log\n"},
	}
	for _, row := range rows {
		if row.want == "" {
			continue
		}
		got, err := lowered(t, row.code, background)
		if err != nil || got != row.want {
			t.Errorf("%s\n got %q, %v\nwant %q", row.code, got, err, row.want)
		}
	}
}

func TestLowerCapture(t *testing.T) {
	got, err := lowered(t, `return ("a" | "b") + sh"c"`, captured)
	want := "a [a] 1>pipe3=pipe\nb [b] 0<pipe3=pipe 1>pipe1=pipe\nc [c] 1>pipe2=pipe\nmerge [] 0<pipe1=pipe 1<pipe2=pipe 2>capture=pipe\nscript <capture=pipe\n"
	if err != nil || got != want {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestLowerRefuses(t *testing.T) {
	dir := t.TempDir()
	plain := filepath.Join(dir, "plain")
	if err := os.WriteFile(plain, []byte("x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	rows := []struct{ code, want string }{
		{`return file"x"`, "nothing runs"},
		{`return file"x" | file"y"`, `no stage stands between file"x" and file"y"`},
		{`return "a" | file"x" | "b"`, `stands in the middle of a chain`},
		{`return "a" | text"x"`, `a text is a source`},
		{`return "a" | file("x", "r")`, `file("x", "r") is opened for reading, and stands at the right`},
		{`return file("x", "w") | "a"`, `file("x", "w") is opened for writing, and stands at the left`},
		{`return "c" | fifo"` + plain + `"`, "is no FIFO"},
		{`return "c" | fifo("` + plain + `", {create = true})`, "there is something of that name already"},
		{`return "c" | fifo("/tmp/no.fifo", {create = false})`, "there is no such FIFO; fifo("},
		{`return file"` + plain + `" | "sort" | file"` + plain + `"`, "it would be empty before it is read"},
	}
	for _, row := range rows {
		_, err := lowered(t, row.code, background)
		if err == nil || !strings.Contains(flat(err), row.want) {
			t.Errorf("%s\n got %v\nwant %q", row.code, err, row.want)
		}
	}
}
