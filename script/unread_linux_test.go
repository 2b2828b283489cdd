package script

import (
	"strings"
	"testing"
)

// TestUnread: a run that writes to a private channel which nobody will ever read says so;
// where the script has the channel in its hands nothing is said.
func TestUnread(t *testing.T) {
	for _, make := range []string{`queue{}`, `ring{}`, `ring{slots = 9, codec = "json"}`, `mailbox()`, `mailslot()`} {
		kind, _, _ := strings.Cut(strings.Replace(make, "{", "(", 1), "(")
		for code, lost := range map[string]bool{
			`run("seq 3" | NEW)`:                                      true,
			`run("seq 3" | tee(NEW, "cat"))`:                          true,
			`run("seq 3" | tee("cat", tee(NEW, "cat")))`:              true,
			`run("seq 3" | (NEW + sh"cat"))`:                          true,
			`run("seq 3" | deal(NEW))`:                                true,
			`run("seq 3" | shard(function() return 1 end, NEW))`:      true,
			`run(loop("head -n 1", {seed = "x\n", tap = NEW}))`:       true,
			`run(cmd("sh", "-c", "echo x >&2"):err(NEW))`:             true,
			`run("seq 3" | cmd("tee", into(NEW)))`:                    true,
			`start("seq 3" | NEW):wait()`:                             true,
			`print(("seq 3" | tee(NEW, "cat")):text())`:               true,
			`do local q = NEW t = "seq 3" | q end run(t)`:             true,
			`local q = NEW local t = "seq 3" | q q = nil run(t)`:      true,
			`run(proc(function() run("seq 3" | NEW) end))`:            true,
			`start(listen("unix:s", tee(NEW, "cat"))):kill()`:         true,
			`run(NEW | "cat")`:                                        false,
			`run("seq 3" | NEW | "cat")`:                              false,
			`local q = NEW run("seq 3" | q)`:                          false,
			`q = NEW run("seq 3" | q)`:                                false,
			`local t = {{NEW}} run("seq 3" | t[1][1])`:                false,
			`local t = {[NEW] = 1} run("seq 3" | next(t))`:            false,
			`local q = NEW (function() run("seq 3" | q) end)()`:       false,
			`local q = NEW run("seq 3" | tee(q:named"n", "cat"))`:     false,
			`local function f(...) run("seq 3" | ...) end f(NEW)`:     false,
			`local function f(q) pcall(run, "seq 3" | q) end f(NEW)`:  false,
			`print((function(q) run("seq 3" | q) return q end)(NEW))`: false,
			`local co = coroutine.wrap(function() local q = NEW coroutine.yield(q) q:close() end) run("seq 3" | co()) co()`:                        false,
			`local co = coroutine.create(function(q) run("seq 3" | q) end) print(coroutine.resume(co, NEW))`:                                       false,
			`local q = NEW coroutine.wrap(function() run("seq 3" | q) end)()`:                                                                      false,
			`local function make() local q = NEW return "seq 3" | q, q | "cat" end local a, b = make() run(a) run(b)`:                              false,
			`local function make() local q = NEW return "seq 3" | q, q | "cat" end run(make())`:                                                    false,
			`local function make() local q = NEW return "seq 3" | q, function() return q:stat() end end local a, b = make() run(a)`:                false,
			`local function make() local q = NEW return "seq 3" | q, proc(function() q:stat() end) end local a, b = make() run(a)`:                 false,
			`local function make() local q = NEW return "seq 3" | q, q:messages{timeout = 0} end local a, each = make() run(a)`:                    false,
			`local function make() local q = NEW return "seq 3" | q, sh"cat":fd(3, q, "r") end local a, b = make() run(a)`:                         false,
			`local function make() local q = NEW return "seq 3" | q, setmetatable({}, {q = q}) end local a, b = make() run(a)`:                     false,
			`local function make() local q = NEW return "seq 3" | q, q | "cat" end local a, b = make() local j = start(b) b = nil run(a) j:wait()`: false,
		} {
			got := said(t, strings.ReplaceAll(code, "NEW", make))
			if strings.Contains(got, "warning: x.lua:1: nobody reads "+kind+"()") != lost || strings.Count(got, "nobody") > 1 {
				t.Errorf("%s %s\n%s", make, code, got)
			}
		}
	}
	for code, lost := range map[string]bool{
		`start("seq 3" | pipe()):wait()`:                             true,
		`start("seq 3" | tee(pipe(), "cat")):wait()`:                 true,
		`local p = pipe() start("seq 3" | p):wait() print(p:read())`: false,
		`local p = pipe() start("seq 3" | p, p | "cat"):wait()`:      false,
		`start("seq 3" | file("f", "w")):wait()`:                     false,
	} {
		if got := said(t, code); strings.Contains(got, "nobody reads pipe()") != lost {
			t.Errorf("%s\n%s", code, got)
		}
	}
}
