package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// slowly is a script whose stage reads half of a file, and the rest when another file is there.
const slowly = `print("begun")
local r = run(%s | cmd("sh", "-c", "head -c 20000000 > half; until test -e stop; do sleep 0.05; done; cat > rest"), {progress = true})
print("over", r.meters.progress.bytes)`

func bigFile(t *testing.T, home string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(home, "big"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(filepath.Join(home, "big"), 50_000_000); err != nil {
		t.Fatal(err)
	}
}

// TestProgress: the line stands while the run goes on, at any width, and is gone afterwards.
func TestProgress(t *testing.T) {
	for _, cols := range shownWidths {
		home := t.TempDir()
		bigFile(t, home)
		s := sit(t, cols, 24, home, nil, "-e", strings.Replace(slowly, "%s", `file"big"`, 1))
		s.showsAll("begun\n2", "/50.0 MB  4", " %")
		s.size(40, 24)
		s.showsAll("begun\n2", "/50.0 MB  4", " %")
		s.size(100, 24)
		s.showsAll("begun\n2", "/50.0 MB  4", " %")
		touch(t, home)
		s.ends()
		if got, want := strings.TrimSpace(s.model.Text(false)), "begun\nover    50000000"; got != want {
			t.Errorf("at %d columns the screen is\n%s\nwant\n%s", cols, got, want)
		}
	}
}

// TestProgressOf: what is counted behind a deal, and in runs that are no chain.
func TestProgressOf(t *testing.T) {
	const stop = "until test -e stop; do sleep 0.05; done"
	for _, row := range []struct{ script, shows string }{
		{`run(file"big" | deal(S"head -c 9000000 >> x; STOP; cat" * 3) | progress() | "cat")`, "/50.0 MB  "},
		{`run(file"big" | ordered(S"STOP; cat" * 3) | progress() | S"cat > x")`, "/50.0 MB  "},
		{`run(file"big" | ordered(S"STOP; cat" * 3) | S"cat > x", {progress = true})`, "/50.0 MB  "},
		{`run(S"STOP", S"true", {progress = true})`, "1/2 stages ended  "},
		{`local r = ring{slots = 5, size = 9}
		for i = 1, 3 do r:send("x") end
		run(proc(function() while r:receive() do end end), S"STOP", {progress = true, timeout = 9})`, "3 messages  "},
	} {
		home := t.TempDir()
		bigFile(t, home)
		script := "S = function(s) return cmd('sh', '-c', s) end " + strings.ReplaceAll(row.script, "STOP", stop)
		s := sit(t, 80, 24, home, nil, "-e", script)
		s.showsAll(row.shows)
		touch(t, home)
		s.keys("\x03")
		s.ends()
	}
}

// TestProgressBefore: what a stage prints of all that came does not stand behind the line.
func TestProgressBefore(t *testing.T) {
	home := t.TempDir()
	s := sit(t, 80, 24, home, nil, "-e", `run(cmd("sh", "-c", "head -c 20000000 /dev/zero; until test -e stop; do sleep 0.05; done") `+
		`| progress() | "wc -c")`)
	s.showsAll("20.0 MB")
	touch(t, home)
	s.ends()
	if got := strings.TrimSpace(s.model.Text(false)); got != "20000000" {
		t.Errorf("the screen is\n%s", got)
	}
}

// TestProgressInterrupted: what weir says stands where the line was.
func TestProgressInterrupted(t *testing.T) {
	s := sit(t, 80, 24, t.TempDir(), nil, "-e", `run("yes" | progress() | "sleep 1000")`)
	s.showsAll("MB  0 B/s")
	s.keys("\x03")
	if status := s.ends(); status != 130 || strings.Contains(s.model.Text(false), "MB") {
		t.Errorf("status %d:\n%s", status, s.model.Text(false))
	}
}

// TestProgressNowhere: where standard error is no terminal nothing is shown.
func TestProgressNowhere(t *testing.T) {
	c := weir(t, "-e", `run("seq 9" | progress() | sh"sleep 0.5", {progress = true}) print(run("seq 9" | progress{lines = true} | "cat").meters[1].bytes)`)
	var told strings.Builder
	c.Stderr = &told
	if out, err := c.Output(); err != nil || !strings.HasSuffix(string(out), "9\n18\n") || told.Len() > 0 {
		t.Errorf("%v: %q, %q", err, out, told.String())
	}
}

// TestProgressStops: a stage that has the terminal may have others stopped that write to it, as pv(1) has. The
// line is there all the same, and weir goes on.
func TestProgressStops(t *testing.T) {
	home := t.TempDir()
	s := sit(t, 80, 24, home, nil, "-e", `run(cmd("sh", "-c", "stty tostop; head -c 20000000 /dev/zero; until test -e stop; do sleep 0.05; done") `+
		`| progress() | "wc -c") io.stderr:write("over\n")`)
	s.showsAll("20.0 MB")
	touch(t, home)
	s.ends()
	if got := strings.TrimSpace(s.model.Text(false)); got != "20000000\nover" {
		t.Errorf("the screen is\n%s", got)
	}
}
