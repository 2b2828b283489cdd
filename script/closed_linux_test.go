package script

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestClosedIsRefused: whatever the script has closed and a run would have is refused by its
// name before anything is started, wherever it stands, and other jobs go on.
func TestClosedIsRefused(t *testing.T) {
	locks := []string{"mutex()", "event()", "condition()", "semaphore(1)", "barrier(2)", "shm{size = 64}",
		`shm{layout = "int n;"}`}
	channels := []string{"ring()", "ring{slots = 0}", "queue()", "mailslot()", "mailbox()", `ring("/NAME")`,
		`queue("/NAME")`, `socket("unixgram:s", {listen = true})`, `socket("udp:127.0.0.1:0", {listen = true})`,
		`socket("unix:s", {listen = true})`, `socket("tcp:127.0.0.1:0", {listen = true})`}
	held := []string{"proc(function() return x.close end)", "thread(function() return x.close end)",
		"proc(function(x) return x end, x)", "proc(function() return t.x end)",
		`"true" | proc(function() return x.close end) | "cat"`,
		`listen("unix:l", proc(function() return x.close end))`}
	stands := []string{`x | "cat"`, `"true" | x`, `"true" | x | "cat"`, `"true" | tee(x, "cat")`, `merge("true", x) | "cat"`,
		`merge("true", "true") | x`, `concat("true", "true") | x`, `ordered(sh"cat" * 2) | x`, `"true" | deal(x, "cat")`,
		`cmd("cat"):fd(3, x)`, `cmd("cat", x)`, `cmd("cat", into(x))`, `proc(function() run(c) end)`}
	for kind, makers := range map[string][]string{"lock": locks, "channel": channels} {
		for _, maker := range makers {
			t.Run(maker, func(t *testing.T) {
				t.Chdir(t.TempDir())
				t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
				places := held
				if kind == "channel" {
					places = append(places[:len(places):len(places)], stands...)
				}
				name := fmt.Sprintf("/weir-test-%d-closed", os.Getpid())
				made := strings.ReplaceAll(maker, "/NAME", name)
				for _, place := range places {
					code := strings.NewReplacer("MAKER", made, "PLACE", place).Replace(`
						local x = MAKER
						local t = {x = x}
						local q = pipe()
						local j = start(q | "cat")
						x:close()
						local started, why = pcall(function()
							local c = CHAIN
							run(PLACE)
						end)
						q:close()
						return tostring(started) .. " " .. tostring(why) .. " " .. tostring(j:wait().ok)`)
					chain := "nil"
					if kind == "channel" {
						chain = `x | "cat"`
					}
					got, err := eval(t, strings.ReplaceAll(code, "CHAIN", chain))
					if err != nil || !strings.HasPrefix(got, "false ") || !strings.Contains(got, " is closed") ||
						!strings.HasSuffix(got, " true") {
						t.Errorf("%s: got %q, %v", place, got, err)
					}
				}
			})
		}
	}
}
