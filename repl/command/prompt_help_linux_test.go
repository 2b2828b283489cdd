package command

import "testing"

// helpSessions are of what teaches: help, completion, history, the prompt's commands.
var helpSessions = []session{
	{"help", [][2]string{
		{"help()\r", "weir joins processes into topologies,*with Lua.*Ctrl-C stops a*run, Ctrl-D*ends.\nweir>"},
		{"help(grep)\r", "weir> help(grep)\ngrep(pattern)\n*manual   grep(1)*Patterns\nweir>"},
		{"mailslot?\r", "*here     emulated, with AF_UNIX datagrams; on Windows native, CreateMailslot*weir>"},
		{"string.find?\r", "string.find(s, pattern*Lua 5.1, section 5.4*\nweir>"},
		{"help\"deadlock\"\r", "*deadlock = *\nweir>"},
		{"help\"grpe\"\r", "no help on \"grpe\"\ndid you mean \"grep\"?\nweir>"},
	}},
	{"completion", [][2]string{
		{"gre\t", "weir> grep"},
		{"\x15json.\t", "weir> json.\ndecode  encode  *"},
		{"\t", "weir> json.\ndecode  *\nencode  *"},
		{"e\t", "weir> json.encode"},
		{"\x15t = {alpha = 1, beta = {gamma = 2}}\r", "weir>"},
		{"t.be\t.\t", "weir> t.beta.gamma"},
		{"\r", "weir> t.beta.gamma\n2\nweir>"},
		{"q = queue'/weir-test-orders'\r", "weir>"},
		{"queue'/weir-test-o\t", "weir> queue'/weir-test-orders"},
		{"\x15sh'./fro\t", "weir> sh'./front"},
		{"\x15:exam\t", "weir> :examples"},
		{"\x15:run example:p\t", "weir> :run example:p*"},
		{"\x03", "\nweir>"},
	}},
	{"history", [][2]string{
		{"one = 1\r", "weir> one = 1\nweir>"},
		{"for i = 1, 1 do\rprint(i)\rend\r", "   .. end\n1\nweir>"},
		{"\x1b[A", "weir> for i = 1, 1 do\n   .. print(i)\n   .. end"},
		{"\r", "   .. end\n1\nweir>"},
		{"\x12one", "weir> one = 1\nsearch: one"},
		{"\r", "weir> one = 1\nweir>"},
		{"\x12nothing", "weir>\nno entry has: nothing"},
		{"\x07", "*weir>"},
		{" secret = 1\r", "weir>  secret = 1\nweir>"},
		{"\x1b[A", "weir> one = 1"},
		{"\x03", "\nweir>"},
	}},
	{"commands", [][2]string{
		{":type 1\r", "weir> :type 1\nnumber\nweir>"},
		{":nonsense\r", "unknown command :nonsense; :help lists them\nweir>"},
		{":time sh'sleep 0.01'\r", "*s from start to end; its stages: * s user, * s sys\nweir>"},
		{":graph 'seq 3' | 'cat'\r", "*seq 3 *cat *\nweir>"},
		{":graph example:butterf\t\r", "*stdout\n*\nweir>"},
		{":graph example:butterfl\r", "no example \"butterfl\"; did you mean \"butterfly\"?\nweir>"},
		{":examples fifo.c\r", "*argv)*\n}\nweir>"},
		{"error('no')\r", "*input 8:1: no\n    error('no')\nweir>"},
		{":trace\r", "stack traceback:\n*[weir]: in function 'error'\n*input 8:1: in main chunk\nweir>"},
		{":examples\r", "*two-players*:run example:NAME runs one, :examples NAME shows it\nweir>"},
		{":run example:hello\r", "*shout    ended with status 0\nweir>"},
		{"x = 20\r", "weir>"},
		{"x + 1\r", "21\nweir>"},
		{"$ echo shell\r", "shell\nweir>"},
		{":save s.lua\r", "3 inputs are in s.lua: weir run s.lua\nleft out: 10 for the prompt alone\nas comments: 1 failed\nweir>"},
		{":load s.lua\r", "weir> :load s.lua\n21\nshell\nweir>"},
		{":edit\r", "weir> :edit\nedit: no editor is named; set VISUAL or EDITOR\nweir>"},
		{":clear\r", "\nweir>"},
		{":explain 'ls' | 'cat'\r", "*0<stdin*as bash:*ls | cat\nweir>"},
		{"help\"deadlock\"\r", "*deadlock*\nweir>"},
	}},
}

// TestPromptColours: the ghost of the last input that begins so is taken with the
// right arrow, and never submitted unasked.
func TestPromptColours(t *testing.T) {
	for _, cols := range []int{80, 40} {
		s := sit(t, cols, 24, t.TempDir(), []string{"NO_COLOR="})
		s.shows("weir>")
		s.enter("one = 'a ghost'")
		s.shows("weir> one = 'a ghost'\nweir>")
		s.keys("on")
		s.await("a ghost", func(text string) bool { return s.endsWithCursor("weir> on|e = 'a ghost'") })
		s.keys("\r")
		s.shows("weir> on\nnil\nweir>")
		s.keys("one")
		s.await("a ghost", func(text string) bool { return s.endsWithCursor("weir> one| = 'a ghost'") })
		s.keys("\x1b[C")
		s.await("no ghost", func(text string) bool { return s.endsWithCursor("weir> one = 'a ghost'|") })
		s.keys("\r")
		s.shows("weir> one = 'a ghost'\nweir>")
		s.keys("\x04")
		s.ends()
	}
}
