package script

import (
	"os"
	"strings"
	"testing"
)

// TestLostBeforeAWait has whatever buffers what the script writes lose it, before whatever
// waits for somebody: that call names what was lost, and does not wait.
func TestLostBeforeAWait(t *testing.T) {
	writers := []struct{ name, code, lost string }{
		{"a file", `local f = file("/dev/full", "w") f:write("x")`, "write /dev/full: no space left on device"},
		{"a file of io", `local f = io.open("/dev/full", "w") f:write("x")`, "write /dev/full: no space left on device"},
		{"io.output", `io.output("/dev/full") io.write("x")`, "write /dev/full: no space left on device"},
		{"print", `print("x")`, "write standard output: no space left on device"},
		{"io.write", `io.write("x")`, "write standard output: no space left on device"},
	}
	waits := []struct{ name, before, wait string }{
		{"read", `local p = pipe() local j = start("sleep 100" | p)`, `p:read("l")`},
		{"lines", `local p = pipe() local j = start("sleep 100" | p)`, `for l in p:lines() do end`},
		{"receive of bytes", `local p = pipe() local j = start("sleep 100" | p)`, `p:receive()`},
		{"receive", `local r, j = ring(), nil j = start(proc(function() time.sleep(100) r:send("x") end))`, `r:receive()`},
		{"lock", `local m = mutex() m:lock()`, `m:lock()`},
		{"job", `local j = start("sleep 100")`, `j:wait()`},
		{"run", ``, `run("sleep 100")`},
		{"start", ``, `start("sleep 100")`},
		{"text", ``, `sh"sleep 100":text()`},
		{"sleep", ``, `time.sleep(100)`},
		{"connect", `local s = socket("unix:s", {listen = true})`, `s:read("l")`},
		{"fifo", `run("mkfifo q") local q = fifo"q"`, `q:read("l")`},
	}
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	for _, w := range writers {
		for _, wait := range waits {
			t.Run(w.name+"/"+wait.name, func(t *testing.T) {
				t.Chdir(t.TempDir())
				full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
				if err != nil {
					t.Fatal(err)
				}
				defer full.Close()
				vm := New(Options{Script: "x.lua", Stdout: full})
				defer vm.Close()
				err = vm.Run("x.lua", wait.before+"\n"+w.code+"\n"+wait.wait)
				if err == nil || !strings.Contains(err.Error(), w.lost) || !strings.Contains(err.Error(), "x.lua:3") {
					t.Errorf("%v; want %q in line 3", err, w.lost)
				}
			})
		}
	}
}
