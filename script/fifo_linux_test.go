package script

import (
	"os"
	"testing"
)

// TestFIFOIsMade: fifo(path, {create = true}) makes the file at once, for whoever uses it
// first and however it got to know of it. The end of its run removes it, or of the script.
func TestFIFOIsMade(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	rows := []struct{ name, code string }{
		{"the script reads", `local j = start(cmd("sh", "-c", "echo x >q")) local s = f:read("l") j:wait() return s`},
		{"the script writes", `local j = start(cmd("head", "-n", "1", "q") | file("out", "w")) f:write("x\n") f:close() j:wait() return io.open("out"):read("*l")`},
		{"a stage that captured it reads", `local p = pipe() start(proc(function() print(f:read("l")) end) | p) run(cmd("sh", "-c", "echo x >q")) return p:read("l")`},
		{"a stage that captured it writes", `start(proc(function() f:write("x\n") end)) return (cmd("cat", "q"):text():gsub("\n", ""))`},
		{"a thread that captured it writes", `start(thread(function() f:write("x\n") end)) return (cmd("cat", "q"):text():gsub("\n", ""))`},
		{"programs that have its path", `start(cmd("sh", "-c", "echo x >q")) return (cmd("cat", "q"):text():gsub("\n", ""))`},
		{"a run after a program", `local j = start(cmd("cat", "q") | file("out", "w")) run("echo x" | f) j:wait() return io.open("out"):read("*l")`},
		{"a run", `run("echo x" | f, f | "cat" | file("out", "w")) assert(not io.open("q")) return io.open("out"):read("*l")`},
		{"two runs", `for i = 1, 2 do run("echo x" | f, f | "cat" | file("out", "w")) end return io.open("out"):read("*l")`},
		{"the script after a run", `run("echo y" | f, f | "cat" | file("out", "w")) local j = start(cmd("sh", "-c", "until test -p q; do :; done; echo x >q")) local s = f:read("l") j:wait() return s`},
		{"nobody", `return io.open("q", "r+") and "x"`},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			t.Cleanup(func() {
				if _, err := os.Lstat("q"); err == nil {
					t.Error("the name is left")
				}
			})
			if got, err := eval(t, `local f = fifo("q", {create = true}) `+row.code); err != nil || got != "x" {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}
