package command

import "testing"

// A figure of a stage's memory is the stage's: dd's buffer and little more. What is not
// above what the guard has is not given.
func TestMemoryIsTheStages(t *testing.T) {
	got := finish(t, weir(t, "-e", `
local function of(t) return run(t).stages[1] end
local big = of(cmd("dd", "if=/dev/zero", "of=/dev/null", "bs=64M", "count=1"):err(file"/dev/null")).maxrss / 2^20
print(big > 64 and big < 72 or big)
for _, t in ipairs{cmd"true", sh"seq 0", sh"cat" | sh"cat"} do
  local s = of(t)
  print(s.maxrss, s.maxrss_below > 2^20 and s.maxrss_below < 2^26)
end
local s = of(thread(function() end))
print(s.maxrss, s.maxrss_below)
`))
	want := "true\nnil\ttrue\nnil\ttrue\nnil\ttrue\nnil\tnil\n"
	if got.stdout != want || got.stderr != "" {
		t.Errorf("%+v, want %q", got, want)
	}
}
