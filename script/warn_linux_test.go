package script

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTwice: what is said of a stage that stands in several places of a run.
func TestTwice(t *testing.T) {
	const piped, apart = "is piped into itself", "stands in 2 places of this run"
	for _, row := range []struct{ code, want string }{
		{`run(c, c)`, ""},
		{`run(c, c, c)`, ""},
		{`local r = ring()
			local p = proc(function() for i = 1, 4 do r:send("x") end r:close() end)
			local g = proc(function() for m in r:messages() do end end)
			run(p, g, g)`, ""},
		{`run("seq 3" | c + c | file("/dev/null", "w"))`, ""},
		{`run("seq 3" | c * 2 | file("/dev/null", "w"))`, ""},
		{`run("seq 3" | c | c | file("/dev/null", "w"))`, piped},
		{`run("seq 3" | c | c + sh"cat" | file("/dev/null", "w"))`, piped},
		{`run(merge(c | "cat", c | "tac"))`, ""},
		{`local t = c | "cat" run(merge(t, t))`, ""},
		{`local t = c | "cat" run(t, t)`, ""},
		{`run(c * 3 | "cat", "seq 3" | "cat")`, ""},
		{`run("seq 3" | tee(c | "cat", c | "wc -l") | file("/dev/null", "w"))`, ""},
		{`run("seq 3" | concat(c, c) | c | file("/dev/null", "w"))`, piped},
		{`run("seq 3" | concat("true", lower() | sort() | upper()) | file("/dev/null", "w"))`, ""},
		{`run(text"x" | c | file("/dev/null", "w"), c)`, apart},
		{`run(text"x" | c | file("/dev/null", "w"), text"y" | c | file("/dev/null", "w"))`, apart},
	} {
		out, err := os.Create(filepath.Join(t.TempDir(), "out"))
		if err != nil {
			t.Fatal(err)
		}
		in, err := os.Open(os.DevNull)
		if err != nil {
			t.Fatal(err)
		}
		vm := New(Options{Script: "x.lua", Stdin: in, Stderr: out})
		err = vm.Run("x.lua", `local c = sh"cat" `+row.code)
		vm.Close()
		data, _ := os.ReadFile(out.Name())
		out.Close()
		in.Close()
		if got := string(data); err != nil || row.want == "" && got != "" || !strings.Contains(got, row.want) {
			t.Errorf("%s\n got %q, %v\nwant %q", row.code, got, err, row.want)
		}
	}
}
