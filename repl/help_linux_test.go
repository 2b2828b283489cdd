package repl

import (
	"strings"
	"testing"
)

func TestHelp(t *testing.T) {
	for _, row := range []struct {
		input string
		want  []string
	}{
		{`help(grep)`, []string{"grep(pattern)", "no | and no", "grep(1)"}},
		{`local g = grep; help(g)`, []string{"grep(pattern)"}},
		{`grep?`, []string{"grep(pattern)"}},
		{`?grep`, []string{"grep(pattern)"}},
		{`help"queue"`, []string{"here     native, mq_open(3); on Windows emulated", "mq_overview(7)", "receive_all"}},
		{`mailslot?`, []string{"here     emulated, with AF_UNIX datagrams; on Windows native, CreateMailslot"}},
		{`help(ring().send_all)`, []string{"q:send_all(list"}},
		{"r = ring()\nr?", []string{"ring()", "a bounded buffer", "what a channel of messages can do", "receive_all"}},
		{"e = event()\ne?", []string{"what an event can do\n", "resets the event"}},
		{`event:set?`, []string{"e:set()    of an event"}},
		{"r = ring()\nr:send?", []string{"q:send(msg"}},
		{`help("seq 3" | "cat")`, []string{"\"seq 3\" | \"cat\"", "a | b", "what a topology can do", "restart"}},
		{`help(shm{layout = "int n; char c[3];"})`, []string{"its fields: n, c", "cas"}},
		{"res = run(\"true\")\nres?", []string{"the result of a run", "elapsed", "maxrss"}},
		{"res = run(\"true\")\nres.why?", []string{"how it ended"}},
		{"r = run(\"true\")\nr.stages[1].code?", []string{".code", "exit"}},
		{"r = run(\"true\")\nr.stages[1]?", []string{"maxrss"}},
		{"t = {a = {[\"b c\"] = ring()}}\nt.a[\"b c\"]:send?", []string{"q:send(msg"}},
		{"m = shm{layout = \"int n; sem_t s;\"}\nm.s:wait?", []string{"s:wait("}},
		{"m = shm{layout = \"int n; sem_t s;\"}\nm.n?", []string{"a number"}},
		{`help"mutex:lock"`, []string{"m:lock(", "deadlock"}},
		{`help"queue:send"`, []string{"q:send(msg"}},
		{`help"send"`, []string{"q:send(msg", "job:send(", "stage:send(", `more about one of them: help"job:send"`}},
		{`string.find?`, []string{"string.find(s, pattern", "Lua 5.1, section 5.4"}},
		{`help(string.find)`, []string{"string.find(s, pattern"}},
		{`help"find"`, []string{"string.find(s, pattern"}},
		{`json?`, []string{"has      encode decode"}},
		{`help"|"`, []string{"a | b", "pipe(2)"}},
		{`io.stdout:write?`, []string{"f:write(...)"}},
		{`help":run"`, []string{":run FILE | example:NAME", "of its own"}},
		{`:help :run`, []string{"of its own"}},
		{`:help run`, []string{"run(t, ..."}},
		{`:help edit`, []string{":edit"}},
		{`help"deadlock"`, []string{"deadlock = \"report\""}},
		{`deadlok?`, []string{`did you mean "deadlock"?`}},
		{`help"shared memory"`, []string{`help that has "shared memory"`, "ring"}},
		{`help"r:send"`, []string{`no help on "r:send"; there is help on`, "queue:send,", "ring:send", "job:send"}},
		{`help"queue.send"`, []string{`no help on "queue.send"; there is help on queue:send` + "\n"}},
		{`help"nothing.code"`, []string{`there is help on .code`}},
		{`help"grpe"`, []string{`did you mean "grep"?`}},
		{`help"xyzzy plugh"`, []string{"no help on", "help() is the overview"}},
		{`help"\27[31m"`, []string{`\027[31m`}},
		{`help(42)`, []string{"a number"}},
		{"x5 = 5\nx5?", []string{"a number"}},
		{`help(rign)`, []string{"rign is not set; did you mean ring?"}},
		{`help(jsn)`, []string{"did you mean json?"}},
		{`help(qwertyuiop)`, []string{`qwertyuiop is not set; help"qwertyuiop" searches`}},
		{`help(nil)`, []string{"there is no help on nil; help() is the overview"}},
		{"s = \"a\\27\"\ns?", []string{`a string of 2 bytes, "a\027"`, "what can be done with strings"}},
		{"t = {why = \"abc\"}\nt.why?", []string{`a string of 3 bytes, "abc"`}},
		{"grep2 = \"grep\"\nhelp(grep2)", []string{"grep(pattern)"}},
		{`_VERSION?`, []string{"_VERSION"}},
		{`nil?`, []string{"nil: a keyword of Lua's: no value"}},
		{`true?`, []string{"a boolean"}},
		{`if?`, []string{"a keyword of Lua's", "elseif"}},
		{`help"for"`, []string{"a keyword of Lua's: a loop"}},
		{`help(function() end)`, []string{"a function of this session"}},
		{`help({})`, []string{"a table"}},
		{`help"keys"`, []string{"Ctrl-R ", `which help"vi" lists`}},
		{`help"vi"`, []string{"Escape begins command mode", "d, c, y ", "3x, 2dw, d2w"}},
		{`config = {editing = "vi"}; help"keys"`, []string{"d, c, y ", "While text is inserted", "Ctrl-R "}},
		{`help"retry"`, []string{"retry: t:restart{...} starts"}},
		{`progress?`, []string{"progress([total", "pv(1)"}},
		{`help"pv"`, []string{"pv: progress() shows"}},
		{`help"cd"`, []string{"cd: at the prompt, $ cd FOLDER"}},
		{`help"timeit"`, []string{":time EXPR tells"}},
		{`?`, []string{"weir joins processes"}},
	} {
		p, _ := newPrompt(t, row.input+"\n")
		got := captured(t, p)
		for _, want := range row.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s\n got %s\nwant %s", row.input, got, want)
			}
		}
		if strings.ContainsRune(got, 0x1b) {
			t.Errorf("%s: writes an escape code", row.input)
		}
	}
}

// TestValueHelpFits: help for a value fits a screen of 24 lines, with the prompt.
func TestValueHelpFits(t *testing.T) {
	for _, made := range []string{"queue()", "pipe()", "mailbox()", "mailslot()", "ring()", "file\"x\"", "text\"x\"", "socket\"udp:127.0.0.1:0\"", "\"a\" | \"b\"", "sh\"ls\"", "tee(\"a\", \"b\")",
		"event()", "mutex()", "semaphore(1)", "condition()", "barrier(1)", "shm{layout = \"int n;\"}", "run(\"true\")", "start(\"true\")", "io.stdin", "self()"} {
		p, _ := newPrompt(t, "help("+made+")\n")
		got := captured(t, p)
		if n := strings.Count(got, "\n"); n > 23 || n < 3 {
			t.Errorf("%s: %d lines\n%s", made, n, got)
		}
	}
}
