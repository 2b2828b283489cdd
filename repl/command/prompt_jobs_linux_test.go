package command

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// jobSessions are of Ctrl-C, Ctrl-Z and jobs.
var jobSessions = []session{
	{"Ctrl-C stops a run, and a loop", [][2]string{
		{"$ ./front | cat\r", "\nin front"},
		{"\x03", "*interrupted\nweir>"},
	}},
	{"Ctrl-C stops Lua", [][2]string{
		{"print('in', 'it') while true do end\r", "in      it"},
		{"\x03", "*interrupted\nweir>"},
		{"1\r", "weir> 1\n1\nweir>"},
		{"print('in') l = io.read()\r", "\nin"},
		{"\x03", "*interrupted\nweir>"},
		{"select(2, print('in'), io.read())\r", "\nin"},
		{"\x03", "*interrupted\nweir>"},
		{"print('in') while true do end\r", "\nin"},
		{"\x1a", "*Ctrl-Z stops a run, and this is none; Ctrl-C ends it"},
		{"\x03", "*interrupted\nweir>"},
		{":run loop.lua\r", "\nin"},
		{"\x03", "*interrupted\nweir>"},
		{":load loop.lua\r", "\nin"},
		{"\x1c", "*interrupted\nweir>"},
	}},
	{"Ctrl-C leaves jobs alone", [][2]string{
		{"j = start('sleep 1000') print('in') j:wait()\r", "\nin"},
		{"\x03", "*interrupted\nweir>"},
		{"jobs()\r", "weir> jobs()\n[1]  running  sh\"sleep 1000\"\nweir>"},
		{"j:kill() while tostring(j):find'running' do end\r", "*\n[1]  killed   sh\"sleep 1000\": sleep was ended by SIGTERM\nweir>"},
		{"j = start('sleep 1000') j:kill('STOP') while not tostring(j):find'stopped' do end\r", "*\n[1]  stopped  sh\"sleep 1000\"\nweir>"},
		{"j:kill('KILL') while not tostring(j):find'killed' do end\r", "*\n[1]  killed   sh\"sleep 1000\": sleep was ended by SIGKILL\nweir>"},
	}},
	{"what stands behind a stopped run is given up", [][2]string{
		{"run('./front') print('no')\r", "\nin front"},
		{"\x1a", "[1]  stopped  sh\"./front\"\nfg(1) goes on with it, bg(1) in the background\nthe rest of the input is given up\nweir>"},
		{"jobs()[1]:kill('KILL')\r", "*\nweir>"},
	}},
	{"Ctrl-Z, jobs, bg, fg", [][2]string{
		{"$ ./front\r", "\nin front"},
		{"\x1a", "[1]  stopped  sh\"./front\"\nfg(1) goes on with it, bg(1) in the background\nweir>"},
		{"jobs()\r", "weir> jobs()\n[1]  stopped  sh\"./front\"\nweir>"},
		{"fg()\r", "weir> fg()\nin front"},
		{"\x1a", "[1]  stopped  sh\"./front\"\nweir>"},
		{"bg()\r", "weir> bg()\n[1]  running  sh\"./front\"\nweir>"},
		{"jobs()\r", "weir> jobs()\n[1]  running  sh\"./front\"\nweir>"},
		{"fg(1)\r", "weir> fg(1)\nin front"},
		{"\x03", "*interrupted\nweir>"},
		{"jobs()\r", "weir> jobs()\nthere is no job\nweir>"},
		{"fg()\r", "input *: fg: there is no job\n    fg()\n    ^~\nstart(t) makes one, and so does Ctrl-Z\nweir>"},
	}},
	{"a job is told of, and that it has ended", [][2]string{
		{"start('sleep 1000')\r", "weir> start('sleep 1000')\n[1]  running  sh\"sleep 1000\"\nweir>"},
		{"p = pipe() j = start(p | 'cat')\r", "\n[2]  running  pipe() | \"cat\"\nweir>"},
		{"for i = 1, 2 do start('sleep 1000') end\r", "\n[3]  running  sh\"sleep 1000\"\n[4]  running  sh\"sleep 1000\"\nweir>"},
		{"j\r", "weir> j\n[2]  running  pipe() | \"cat\"\nweir>"},
		{"p:close() while tostring(j):find'running' do end\r", "\n[2]  done     pipe() | \"cat\"\nweir>"},
		{"j = start('false') while tostring(j):find'running' do end\r", "\n[2]  failed   sh\"false\": false exited with status 1\nweir>"},
		{"start(cmd('false'):named('\\27[2J\\27[31mx'))\r", "*\nweir>"},
		{"while tostring(jobs()):find'%[2%]  run' do end\r", "*\n[2]  failed   *: \\027[2J\\027[31mx exited wi\nth status 1\nweir>"},
		{"for _, j in ipairs(jobs()) do j:kill() end\r", "\nweir>"},
	}},
	{"a server and threads have no process to stop", [][2]string{
		{"f = function() time.sleep(0.3) print('in') while true do time.sleep(0.1) end end run(thread(f))\r", "\nin"},
		{"\x1a", "[1]  running  thread(f)\nit has no process to stop and goes on in the background; fg(1) waits for it\nthe rest of the input is given up\nweir>"},
		{"print('on') fg()\r", "\non"},
		{"\x03", "*f sleeps, or waits outside\nweir>"},
		{"jobs()\r", "weir> jobs()\nthere is no job\nweir>"},
		{"j = start(listen('unix:s', 'cat')) print('now') fg(j)\r", "\nnow"},
		{"\x03", "*\nweir>"},
		{"jobs()\r", "weir> jobs()\nthere is no job\nweir>"},
	}},
	{"a change is told once", [][2]string{
		{"j = start(listen('unix:s', 'cat'))\r", "\n[1]  running  listen(\"unix:s\", sh\"cat\")\nweir>"},
		{"j:kill() while tostring(j):find'running' do end\r", "*\n[1]  killed   listen(\"unix:s\", sh\"cat\"): listen was ended by SIGTERM\nweir>"},
		{"jobs()\r", "weir> jobs()\nthere is no job\nweir>"},
		{"$ ./front\r", "\nin front"},
		{"\x1a", "[1]  stopped  sh\"./front\"\nfg(1) goes on with it, bg(1) in the background\nweir>"},
		{"fg()\r", "weir> fg()\nin front"},
		{"\x1a", "[1]  stopped  sh\"./front\"\nweir>"},
		{"jobs()\r", "weir> jobs()\n[1]  stopped  sh\"./front\"\nweir>"},
		{"jobs()[1]:kill('KILL')\r", "*\nweir>"},
	}},
	{"Ctrl-C stops what has the terminal, and nothing else", [][2]string{
		{"start('sleep 1000')\r", "[1]  running  sh\"sleep 1000\"\nweir>"},
		{"$ sleep 1001 | ./front | cat\r", "\nin front"},
		{"\x03", "*interrupted\nweir>"},
		{"jobs()\r", "weir> jobs()\n[1]  running  sh\"sleep 1000\"\nweir>"},
		{"jobs()[1]:kill()\r", "\nweir>"},
	}},
}

// TestPromptJobOutput: what a job prints stands above the line that is typed, which
// stays as it is: whole lines, half ones, escape codes.
func TestPromptJobOutput(t *testing.T) {
	for _, cols := range []int{80, 40} {
		home := t.TempDir()
		if err := syscall.Mkfifo(filepath.Join(home, "go"), 0o600); err != nil {
			t.Fatal(err)
		}
		s := sit(t, cols, 24, home, nil)
		s.shows("weir>")
		s.enter(`start("cat go")`)
		s.shows("weir> start(\"cat go\")\n[1]  running  sh\"cat go\"\nweir>")
		job, err := os.OpenFile(filepath.Join(home, "go"), os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		s.keys("x = 'typed")
		s.shows("weir> x = 'typed")
		for _, step := range [][2]string{
			{"from the job\n", "[1]  running  sh\"cat go\"\nfrom the job\nweir> x = 'typed"},
			{"half", "from the job\nhalf\nweir> x = 'typed"},
			{" a line\n", "from the job\nhalf a line\nweir> x = 'typed"},
			{"\x1b[2J\x1b[Hno\x1b]0;title\a codes\n", "half a line\nno codes\nweir> x = 'typed"},
			{"two\nlines\n", "no codes\ntwo\nlines\nweir> x = 'typed"},
		} {
			if _, err := job.WriteString(step[0]); err != nil {
				t.Fatal(err)
			}
			s.shows(step[1])
		}
		s.size(cols-5, 20)
		s.keys("'\r")
		s.shows("lines\nweir> x = 'typed'\nweir>")
		job.Close()
		s.enter("while tostring(jobs()[1]):find'running' do end")
		s.shows("*\n[1]  done     sh\"cat go\"\nweir>")
		s.enter("x")
		s.shows("weir> x\n\"typed\"\nweir>")
		s.keys("\x04")
		s.ends()
	}
}

// TestPromptEnds: Ctrl-D with jobs asks once, and they are stopped.
func TestPromptEnds(t *testing.T) {
	s := sit(t, 80, 24, t.TempDir(), nil)
	s.shows("weir>")
	s.enter(`j = start("sleep 1000")`)
	s.shows("weir>")
	s.enter("print(j:stages()[1].pid)")
	s.shows("*\nweir>")
	s.mu.Lock()
	lines := strings.Split(s.model.Text(false), "\n")
	s.mu.Unlock()
	pid := lines[len(lines)-2]
	s.keys("\x04")
	s.shows("weir>\n[1]  running  sh\"sleep 1000\"\nThe end of this session stops them. Ctrl-D or :quit now ends it.\nweir>")
	s.enter("1")
	s.shows("1\nweir>")
	s.enter(":quit")
	s.shows("weir> :quit\n[1]  running  sh\"sleep 1000\"\nThe end of this session stops them. Ctrl-D or :quit now ends it.\nweir>")
	s.enter("2")
	s.shows("2\nweir>")
	s.enter(":quit")
	s.shows("The end of this session stops them. Ctrl-D or :quit now ends it.\nweir>")
	s.keys("\x04")
	if status := s.ends(); status != 0 {
		t.Errorf("status %d", status)
	}
	if _, err := os.Stat("/proc/" + pid); err == nil {
		t.Errorf("the job runs on: %s", pid)
	}
}

// TestPromptInterruptLoop: Ctrl-C is for the input, too, whose run had the terminal,
// though that does not look at how the run ended.
func TestPromptInterruptLoop(t *testing.T) {
	s := sit(t, 80, 24, t.TempDir(), nil)
	s.shows("weir>")
	for _, input := range []string{
		`while true do run("sleep 100", {check = false}) end`,
		`while true do pcall(run, "sleep 100") end`,
		`while true do pcall(function() return ("sleep 100" | "cat"):text() end) end`,
		`while true do pcall(function() for l in ("sleep 100" | "cat"):lines() do end end) end`,
		`run("sleep 100", {check = false}) print("no")`,
	} {
		s.enter(input)
		s.lent()
		s.keys("\x03")
		s.shows("*interrupted\nweir>")
	}
	s.enter("1 + 1")
	s.shows("2\nweir>")
	s.keys("\x04")
	s.ends()
}
