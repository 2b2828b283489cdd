package command

import "testing"

// contended has processes wait for each other for a second and a half, in ways that
// all come to an end: for locks taken in the same order, or crosswise but with a limit, for
// one that the script itself has and will unlock, for who is slow to post, signal and set.
const contended = `
local locks, gate = {mutex(), mutex(), mutex()}, mutex()
local stop = time.monotonic() + 1.5
local function in_order(n)
	local times = 0
	repeat -- once at least, however late it starts
		for i = 1, 3 do locks[i]:lock() end
		if (times + n) % 7 == 0 then time.sleep(0.02) end
		for i = 3, 1, -1 do locks[i]:unlock() end
		times = times + 1
	until time.monotonic() >= stop
	return times
end
local a, b = mutex(), mutex()
local function crosswise(first, second)
	local times = 0
	while time.monotonic() < stop do
		first:lock()
		if second:lock{timeout = 0.4} then second:unlock() times = times + 1 end
		first:unlock()
	end
	return times
end
local full, empty, closed, m, c, n = semaphore(0), semaphore(1), event(), mutex(), condition(), shm{layout = "int items;"}
local function produce()
	for i = 1, 3 do empty:wait() time.sleep(0.5) full:post() end
	m:lock() n.items = 3 c:broadcast() m:unlock()
end
local function consume() for i = 1, 3 do full:wait() empty:post() end closed:set() end
local function count() m:lock() while n.items < 3 do c:wait(m) end m:unlock() closed:wait() return n.items end
gate:lock()
local waits = start(proc(function() gate:lock() gate:unlock() return 1 end))
local r = run(proc(in_order, 1), proc(in_order, 2), proc(in_order, 3), proc(crosswise, a, b), proc(crosswise, b, a),
	proc(produce), proc(consume), proc(count))
for i = 1, 3 do assert(r.stages[i].value > 0) end
assert(r.stages[8].value == 3)
gate:unlock()
assert(waits:wait().stages[1].value == 1)
`

// TestContention: nobody who goes on is taken for stuck.
func TestContention(t *testing.T) {
	if got := finish(t, weir(t, "-e", contended)); got.status != 0 || got.stderr != "" {
		t.Errorf("status %d: %s", got.status, got.stderr)
	}
}
