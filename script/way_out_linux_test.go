package script

import (
	"strings"
	"testing"
)

// TestWayOut: what a deadlock's error advises can help there.
func TestWayOut(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	const seed, end, read = "(loop(t, {seed=...}))", `end the seed with "\n"`, "what went in has been read"
	for _, row := range []struct{ code, want, not string }{
		{`run(loop(sh"cat"))`, seed, read},
		{`run(loop(sh"sort", {seed = "x\n"}))`, read, seed},
		{`run(loop(sh"sort", {seed = sh"echo x"}))`, read, seed},
		{`run("echo x" | loop(sh"sort"))`, read, seed},
		{`run(loop(sh"cat", {seed = ("x"):rep(1e5)}))`, end, seed},
		{`run("echo x" | loop(sh"tail -n +2", {seed = "x"}))`, end, seed},
		{`run(PARTY(function()
			local s = socket("unix:s", {listen = true}) local c = socket("unix:s") c:send("x") s:receive() c:receive()
		end))`, "let one of them write first, or close", seed},
	} {
		for _, party := range []string{"proc", "thread"} {
			if !strings.Contains(row.code, "PARTY") && party == "thread" {
				continue
			}
			got := said(t, strings.ReplaceAll(row.code, "PARTY", party))
			if !strings.Contains(got, "deadlock: no stage can go on") || !strings.Contains(got, row.want) ||
				strings.Contains(got, row.not) || strings.Contains(got, "exe") || strings.Contains(got, ".test") {
				t.Errorf("%s\n got %q\nwant %q", row.code, got, row.want)
			}
		}
	}
}
