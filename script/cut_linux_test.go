package script

import (
	"fmt"
	"os"
	"testing"

	"weir/ipc"
	"weir/ipc/leak"
)

// TestCutShort has another program make the file of a named object smaller, before the
// script, a stage, a thread or a job uses it. The use is an error that says so, and the object is closed as
// any other.
func TestCutShort(t *testing.T) {
	if leak.RaceDetector {
		t.Skip("the race detector cannot go on after a fault")
	}
	uses := map[ipc.Kind]struct{ make, use string }{
		ipc.KindRing:      {`ring(name, {slots = 4})`, `x:receive()`},
		ipc.KindMailbox:   {`mailbox(name, {slots = 4})`, `x:receive()`},
		ipc.KindMutex:     {`mutex(name)`, `x:lock()`},
		ipc.KindCondition: {`condition(name)`, `own:lock() x:wait(own)`},
		ipc.KindBarrier:   {`barrier(name, 2)`, `x:wait()`},
		ipc.KindEvent:     {`event(name)`, `x:wait()`},
		ipc.KindSemaphore: {`semaphore(name, 0)`, `x:wait()`},
		ipc.KindRegion:    {`shm(name, {layout = "int n; sem_t s;"})`, `x.n = x.n + 1`},
	}
	wheres := map[string]string{
		"script": `use()`,
		"stage":  `run(proc(use))`,
		"thread": `run(thread(use))`,
		"job":    `start(proc(use)):wait()`,
	}
	const code = `local name, path, own = %q, %q, mutex()
		local x = %s
		local function cut() io.open(path, "w"):close() end
		local function use()
			cut()
			for i = 1, 2 do
				local ok, why = pcall(function() %s end)
				assert(not ok, "no error")
				if i == 1 then
					assert(tostring(why):find("another process has made it smaller", 1, true), why)
					x:close()
				end
			end
		end
		%s
		return "ok"`
	for kind, u := range uses {
		for where, start := range wheres {
			t.Run(string(kind)+"/"+where, func(t *testing.T) {
				t.Parallel()
				name := fmt.Sprintf("/cut-%s-%s-%d", kind, where, os.Getpid())
				path, err := ipc.PathOf(ipc.Addr{Kind: kind, Name: name})
				if err != nil {
					t.Fatal(err)
				}
				if got, err := eval(t, fmt.Sprintf(code, name, path, u.make, u.use, start)); err != nil || got != "ok" {
					t.Errorf("got %q, %v", got, err)
				}
			})
		}
	}
}
