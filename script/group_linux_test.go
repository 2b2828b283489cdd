package script

import (
	"io"
	"os"
	"slices"
	"strings"
	"testing"
)

// said runs a script in a folder of its own, where h is a file of one line, and
// gives what it and its stages write to stdout and stderr, and its error.
func said(t *testing.T, code string) string {
	t.Helper()
	t.Chdir(t.TempDir())
	if err := os.WriteFile("h", []byte("host\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	in, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.OpenFile("said", os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	vm := New(Options{Script: "x.lua", Stdin: in, Stdout: out, Stderr: out})
	err = vm.Run("x.lua", code)
	vm.Close()
	out.Seek(0, io.SeekStart)
	data, _ := io.ReadAll(out)
	if err != nil {
		return string(data) + err.Error()
	}
	return string(data)
}

// TestSources: a source in a group that is fed from the left stands beside the
// others, gets no copy and no line, and takes nothing from them.
func TestSources(t *testing.T) {
	const host = "host\n"
	for source, text := range map[string]string{`text"s\n"`: "s\n", `file("h", "r")`: host, `(text"s\n" | "cat")`: "s\n", `(file"h" | "cat")`: host, `merge(text"s\n")`: "s\n",
		`(text"s\n" + text"")`: "s\n", `concat(file("h", "r"), text"s\n" | "cat")`: host + "s\n"} {
		for group, want := range map[string]string{
			"concat(%, sh'wc -l')": text + "9\n", "concat(sh'wc -l', %)": "9\n" + text, "tee(%, 'wc -l')": "", "merge(%, 'wc -l')": "", "deal(%, 'wc -l')": "",
			"shard(function(l) return l end, %, 'wc -l')": "", "(% + sh'wc -l')": "", "tee('wc -l', tee(%))": "", "concat(%, concat('wc -l'))": text + "9\n",
		} {
			code := "run('seq 9' | " + strings.ReplaceAll(group, "%", source) + " | 'cat')"
			got := said(t, code)
			if want == "" { // as they come
				want = sorted(text + "9\n")
				got = sorted(got)
			}
			if got != want {
				t.Errorf("%s\n got %q\nwant %q", code, got, want)
			}
		}
		for _, group := range []string{"tee(%)", "deal(%)", "merge(%, %)", "(% + %)", "shard(function(l) return l end, %)", "tee(tee(%))"} {
			code := "run('seq 9' | " + strings.ReplaceAll(group, "%", source) + ")"
			if got := said(t, code); !strings.Contains(got, "nothing reads what comes from the left") {
				t.Errorf("%s: %q", code, got)
			}
		}
	}
}

func sorted(text string) string {
	return strings.Join(slices.Sorted(strings.Lines(text)), "")
}

// TestPlaces: channels where they cannot stand, or where they can.
func TestPlaces(t *testing.T) {
	for _, row := range []struct{ code, want string }{
		{`run("seq 3" | tee("cat", tee(file("a", "w"), file("b", "w")))) for l in io.lines"a" do io.write(l) end for l in io.lines"b" do io.write(l) end`, "1\n2\n3\n123123"},
		{`run("seq 3" | tee(tee(file("a", "w"), file("b", "w")), tee(file("c", "w")))) print(io.open"c":read"*a")`, "1\n2\n3\n\n"},
		{`run("seq 3" | tee("cat" | tee(file("a", "w"), file("b", "w")), "wc -l"))`, "3\n"},
		{`run("seq 3" | tee(file("a", "w")) | "cat")`, "nothing comes out of"},
		{`run(concat(file("a", "w"), "seq 3"))`, "is opened for writing, and here it would be read"},
		{`run(cmd("tee", into(file("h", "r"))))`, "is only read"},
		{`run(sh"seq 3":err(text"x"))`, "is a source, and here it would be written to"},
		{`run(cmd("paste", sh"pwd", sh"pwd"):dir"/")`, "/\t/\n"},
		{`run(cmd("cat", sh"pwd" | "cat", cmd("cat", sh"pwd")):dir"/")`, "/\n/\n"},
		{`run(cmd("cat", proc(function() print(os.getenv"A") end), sh"printenv A"):env{A = "1"})`, "1\n1\n"},
		{`run(cmd("cat", sh"sh -c 'echo x >&2'"):err("tr x y"))`, "y\n"},
		{`run(cmd("cat", sh"sh -c 'ulimit -n'"):limit{files = 77})`, "77\n"},
		{`local t = cmd("cat", sh"sh -c 'echo $0'") print(t:named"x", t)`, `cmd("cat", sh"sh -c 'echo $0'"):named("x")`},
		{`print(run(cmd("cat", sh"sleep 60"):timeout"0.1s", {check = false}).why)`, "timeout\n"},
		{`run("seq 3" | concat("cat", "wc -l"))`, "1\n2\n3\n3\n"},
		{`run("seq 3" | concat("cat", upper() | count()))`, "1\n2\n3\n3\n"},
		{`run("seq 3" | concat("cat", lower() | upper()))`, "both come from tee"},
		{`run("seq 3" | concat("cat", lower() | sort()))`, "1\n2\n3\n1\n2\n3\n"},
		{`run("seq 3" | concat("wc -l", "cat"))`, "both come from tee"},
	} {
		got := said(t, row.code)
		if strings.HasSuffix(row.want, "\n") && got != row.want || !strings.Contains(got, row.want) {
			t.Errorf("%s\n got %q\nwant %q", row.code, got, row.want)
		}
	}
}
