package command

import "testing"

// contended has processes take locks for a second and a half, in ways that none of
// them ends: in the same order, crosswise but with a limit, and while the script
// itself has one that it will unlock.
const contended = `
local locks, gate = {mutex(), mutex(), mutex()}, mutex()
local stop = time.monotonic() + 1.5
local function in_order(n)
	local times = 0
	while time.monotonic() < stop do
		for i = 1, 3 do locks[i]:lock() end
		if (times + n) % 7 == 0 then time.sleep(0.02) end
		for i = 3, 1, -1 do locks[i]:unlock() end
		times = times + 1
	end
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
gate:lock()
local waits = start(proc(function() gate:lock() gate:unlock() return 1 end))
local r = run(proc(in_order, 1), proc(in_order, 2), proc(in_order, 3), proc(crosswise, a, b), proc(crosswise, b, a))
for i = 1, 3 do assert(r.stages[i].value > 0) end
gate:unlock()
assert(waits:wait().stages[1].value == 1)
`

// TestContention: nobody who goes on is taken for stuck.
func TestContention(t *testing.T) {
	if got := finish(t, weir(t, "-e", contended)); got.status != 0 || got.stderr != "" {
		t.Errorf("status %d: %s", got.status, got.stderr)
	}
}
