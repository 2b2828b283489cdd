package script

import (
	"fmt"
	"strings"
	"testing"
)

// TestOpening: of everything that has a name open= says whether it must be there.
func TestOpening(t *testing.T) {
	made := map[string]string{ // how it is made, with open= for %s, and how else it is joined
		`ring("/o", {%s})`: "", `queue("/o", {%s})`: "", `mailbox("/o", {%s})`: "", `mutex("/o", {%s})`: "",
		`event("/o", {%s})`: "", `condition("/o", {%s})`: "", `barrier("/o", 2, {%s})`: "",
		`semaphore("/o", 1, {%s})`:   `semaphore("/o", {open = "join"})`,
		`shm("/o", {size = 64, %s})`: `shm("/o")`,
		`mailslot("o", {%s})`:        `mailslot("o", {client = true})`,
	}
	for call, join := range made {
		call := func(way string) string { return fmt.Sprintf(call, way) }
		code := `local function try(make) local ok, why = pcall(make) io.write(ok and "yes" or tostring(why):match("there is no") or
				tostring(why):match("no process has made it") and "there is no" or tostring(why):match("is there already") or
				tostring(why), "\n") return why end
			try(function() return ` + call(`open = "join"`) + ` end)
			local kept = try(function() return ` + call(`open = "exclusive"`) + ` end)
			try(function() return ` + call(`open = "exclusive"`) + ` end)
			try(function() return ` + call(`open = "join"`) + ` end)`
		want := "there is no\nyes\nis there already\nyes\n"
		if join != "" {
			code += ` try(function() return ` + join + ` end)`
			want += "yes\n"
		}
		if got := said(t, code); got != want {
			t.Errorf("%s\n got %q\nwant %q", call(""), got, want)
		}
	}
	for code, want := range map[string]string{
		`ring("/o", {open = "jion"})`: `did you mean "join"`, `ring("/o", {open = 3})`: `there are "create"`,
		`ring{open = "join"}`: "is of what has a name", `shm("/absent")`: "there is no shm /absent", `shm()`: "its size is missing",
	} {
		if got := said(t, code); !strings.Contains(got, want) {
			t.Errorf("%s\n got %q\nwant %q", code, got, want)
		}
	}
	if got := said(t, `local f = fifo("f", {open = "exclusive"}) print(pcall(fifo, "f", {open = "exclusive"}))
		local j = start(proc(function() fifo("f", {open = "join"}):send("x") end)) print(f:receive()) j:wait()`); !strings.Contains(got, "\nx\n") ||
		!strings.Contains(got, "already") {
		t.Errorf("%q", got)
	}
}
