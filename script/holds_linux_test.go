package script

import (
	"strings"
	"testing"
)

// TestWhoHoldsCounts has every channel of messages held by every pair of parties, in
// every order: whoever holds one counts, whether it has used it or not.
func TestWhoHoldsCounts(t *testing.T) {
	const preamble = `
		local c = KIND
		local function produce() for i = 1, COUNT do c:send("m" .. i) end end
		local function consume() local n = 0 for m in c:messages() do n = n + 1 end return n end
		local function busy() for i = 1, 100 do if c:stat().messages > 0 then break end time.sleep(0.001) end time.sleep(0.1) end
		`
	orders := []struct{ name, code string }{
		{"a job sends, the script comes later", `local j = start(PARTY(produce)) busy() local n = consume() j:wait() return n`},
		{"a job receives, the script comes later", `local j = start(PARTY(consume)) time.sleep(0.1) produce() c:close() return j:wait().stages[1].value`},
		{"a job receives while the script waits for it with a limit", `local j = start(PARTY(consume)) assert(not j:wait(0.2)) produce() c:close() return j:wait().stages[1].value`},
		{"a job sends while the script waits for it with a limit", `local j = start(PARTY(produce)) j:wait(0.2) local n = consume() j:wait() return n`},
		{"two jobs, the sender first", `local p = start(PARTY(produce)) busy() local j = start(PARTY(consume)) p:wait() return j:wait().stages[1].value`},
		{"two jobs, the receiver first", `local j = start(PARTY(consume)) time.sleep(0.1) local p = start(PARTY(produce)) p:wait() return j:wait().stages[1].value`},
		{"one run", `return run(PARTY(produce), PARTY(consume)).stages[2].value`},
		{"two of each", `local r = run(PARTY(produce), PARTY(consume), PARTY(consume)) return r.stages[2].value + r.stages[3].value`},
		{"after a run that has it", `run(PARTY(function() c:stat() end)) local j = start(PARTY(produce)) busy() return consume()`},
		{"the sender has ended before", `FEW local p = start(PARTY(produce)) p:wait() return run(PARTY(consume)).stages[1].value`},
		{"the sender has ended before the script receives", `FEW run(PARTY(produce)) return consume()`},
		{"receivers that send again", `FEW c:send("3")
			local function work() for m in c:messages() do if tonumber(m) > 0 then time.sleep(0.03) c:send(tostring(m - 1)) end end end
			run(PARTY(work), PARTY(work)) return c:stat().messages + COUNT`},
	}
	kinds := map[string]string{"ring": "ring{slots = 4}", "rendezvous": "ring{slots = 0}", "queue": "queue{max = 4}",
		"mailbox": "mailbox{slots = 4}", "mailslot": "mailslot{}"}
	for kind, make := range kinds {
		for _, order := range orders {
			for _, party := range []string{"proc", "thread"} {
				count := "20"
				if strings.Contains(order.code, "FEW") {
					if count = "3"; kind == "rendezvous" {
						continue
					}
				}
				t.Run(kind+"/"+order.name+"/"+party, func(t *testing.T) {
					t.Parallel()
					code := strings.NewReplacer("KIND", make, "COUNT", count, "PARTY", party, "FEW", "").Replace(preamble + order.code)
					if got, err := eval(t, code); err != nil || got != count {
						t.Errorf("got %q, %v; want %q", got, err, count)
					}
				})
			}
		}
	}
}
