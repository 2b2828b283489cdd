package command

import "testing"

// TestInterruptsTheRest: Ctrl-C ends what of a run is no process in the terminal's
// foreground group, too, also once no process is left there.
func TestInterruptsTheRest(t *testing.T) {
	for _, row := range []struct{ name, code string }{
		{"a stage that waits for a FIFO's reader", `run(proc(function() io.write("x\n") end) | fifo"here", "./front")`},
		{"a thread", `run(thread(function() while true do end end), "./front")`},
		{"a stage that waits for a server", `run(cmd("sh", "-c", "exec ./front >&2"):ready"never" | "cat")`},
		{"where no process is left", `
run(thread(function()
	local function lent()
		local f = io.open("/proc/self/stat")
		local group, foreground = f:read("*a"):match("%) %S+ %S+ (%S+) %S+ %S+ (%S+)")
		f:close()
		return group ~= foreground
	end
	while not lent() do end
	print("go")
	io.stdout:flush()
	while lent() do end
	io.stderr:write("in front\n")
	while true do end
end) | "head -n 1")`},
	} {
		t.Run(row.name, func(t *testing.T) {
			home := t.TempDir()
			linkProgram(t, home, "front")
			s := sit(t, 200, 24, home, nil, "-e", row.code)
			s.shows("in front")
			s.keys("\x03")
			if status := s.ends(); status != 130 {
				t.Errorf("status %d; the screen is\n%s", status, s.model.Text(false))
			}
		})
	}
}
