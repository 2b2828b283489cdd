package script

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// changedKinds are topologies of every kind in which the program P runs the shell line S;
// M is where a method is called on them.
var changedKinds = []struct{ name, topology, code string }{
	{"cmd", `P M`, ``},
	{"line", `sh("sh -c '" .. S .. "'") M`, ``},
	{"line of two", `sh("true | sh -c '" .. S .. "'") M`, ``},
	{"proc", `proc(function() assert(os.execute(S) == 0) end) M`, ``},
	{"thread", `thread(function() assert(os.execute(S) == 0) end) M`, ``},
	{"filter", `each(function() assert(os.execute(S) == 0) end) M`, `run(text"x\n" | T)`},
	{"chain", `("true" | P) M`, ``},
	{"chain from a file", `(file"h" | P) M`, ``},
	{"sum", `(P + sh"true") M`, ``},
	{"replicas", `(P * 2) M`, ``},
	{"tee", `tee(P, "cat") M`, `run("true" | T)`},
	{"deal", `deal(P, "cat") M`, `run("true" | T)`},
	{"shard", `shard(function() return 1 end, P, "cat") M`, `run("true" | T)`},
	{"merge", `merge(P, "true") M`, ``},
	{"concat", `concat(P, "true") M`, ``},
	{"ordered", `ordered(P * 2) M`, `run("true" | T)`},
	{"loop", `loop(P, {seed = "x\n"}) M`, ``},
	{"tap", `loop("head -n 1", {seed = "x\n", tap = P}) M`, ``},
	{"argument", `cmd("cat", P) M`, ``},
	{"into", `into(P) M`, `run("echo x" | cmd("tee", T))`},
	{"descriptor", `sh"true":fd(3, P) M`, ``},
	{"listen", `listen("unix:s", P, {count = 1}) M`, `local j = start(T) socket"unix:s":read"*a" j:wait()`},
}

type changedRow struct {
	name, method, does, want string
	refused                  map[string]string
}

// changedBy are the methods of topologies, what they are given here, what P does, and what it
// leaves in the file f. Where a kind is in refused, the message has that instead.
var changedBy = []changedRow{
	{"env", `:env{X = "v"}`, `echo $X >>F`, "v", map[string]string{"thread": "which env is not for"}},
	{"dir", `:dir"/"`, `pwd >>F`, "/", map[string]string{"thread": "which dir is not for"}},
	{"timeout", `:timeout"100ms"`, `sleep 60`, "took longer than 100ms", nil},
	{"restart", `:restart{max = 1, backoff = "1ms"}`, `test -e G || { touch G; exit 1; }; echo v >>F`, "v",
		map[string]string{"thread": "which restart is not for", "filter": ""}}, // its line is gone when it starts again
	{"limit", `:limit{files = 64}`, `ulimit -n >>F`, "64", map[string]string{"thread": "which limit is not for"}},
	{"err", `:err(file("F", "a"))`, `echo v >&2`, "v", nil},
	{"fd", `:fd(4, file("F", "a"))`, `test ! -e /dev/fd/4 || echo v >&4`, "v", map[string]string{
		"proc": "descriptors 0 to 2 only", "thread": "descriptors 0 to 2 only", "filter": "descriptors 0 to 2 only",
		"argument": "", "descriptor": ""}}, // it is the program's own
	{"ready", `:ready"go"`, `echo go; echo v >>F`, "v", others("is not one stage", map[string]string{
		"cmd": "v", "line": "v", "proc": "v", "argument": "v", "descriptor": "no line of its output said", "line of two": "no line of its output said",
		"filter": "v", "thread": "which ready is not for"})},
	{"named", `:named"n"`, `echo v >>F`, "v", others("a name is for one stage or channel", map[string]string{
		"cmd": "v", "line": "v", "proc": "v", "argument": "v", "descriptor": "v", "line of two": "v", "filter": "v", "thread": "v", "listen": "v"})},
	{"spill", `:spill()`, `echo v >>F`, "v", map[string]string{"listen": "nothing comes out of", "into": "stands alone"}},
	{"text", `:text()`, `echo v`, "TEXT v", map[string]string{"listen": "no input or output of its own", "into": "stands alone", "filter": "TEXT", "ordered": "gave more lines",
		"tap": "v\nTEXT x", "descriptor": "v\nTEXT"}}, // its output is nobody's
	{"lines", `:lines()`, `echo v`, "TEXT v", map[string]string{"listen": "no input or output of its own", "into": "stands alone", "filter": "TEXT", "ordered": "gave more lines",
		"tap": "v\nTEXT x", "descriptor": "v\nTEXT"}}, // its output is nobody's
	{"send", `:send"m"`, `true`, "a message is sent to a stage or a sender", map[string]string{
		"cmd": "runs no function", "line": "runs no function", "line of two": "runs no function", "filter": "runs no function",
		"argument": "runs no function", "descriptor": "runs no function", "proc": "SENT", "thread": "SENT"}},
}

// others gives every kind the text that only does not name.
func others(text string, only map[string]string) map[string]string {
	all := map[string]string{}
	for _, k := range changedKinds {
		all[k.name] = text
		if want, ok := only[k.name]; ok {
			all[k.name] = want
		}
	}
	return all
}

// TestChanges walks all methods of topologies over all kinds: each does what it says, or is
// refused with a word.
func TestChanges(t *testing.T) {
	for _, e := range topologyMethods {
		if !slices.ContainsFunc(changedBy, func(m changedRow) bool { return m.name == e.Name }) {
			t.Errorf("no row for :%s", e.Name)
		}
	}
	for _, kind := range changedKinds {
		for _, m := range changedBy {
			t.Run(kind.name+"/"+m.name, func(t *testing.T) {
				want, special := m.refused[kind.name]
				if !special {
					want = m.want
				}
				code := kind.code
				switch {
				case m.name == "text":
					code = `print("TEXT " .. T)`
				case m.name == "lines":
					// To the end: a run that is left after its first line is stopped.
					code = `local all = {} for l in T do all[#all + 1] = l end print("TEXT " .. table.concat(all, "\n"))`
				case m.name == "send":
					code = `print(T == true and "SENT")`
				case code == "":
					code = `run(T)`
				}
				topology := strings.NewReplacer("M", m.method, "P", `cmd("sh", "-c", S)`).Replace(kind.topology)
				code = fmt.Sprintf("local S = (%q):gsub('F', sys.env'PWD' .. '/f'):gsub('G', sys.env'PWD' .. '/g')\nlocal T = %s\n%s\nlocal f = io.open'f' if f then print(f:read'*a') end",
					m.does, strings.ReplaceAll(topology, `"F"`, `"f"`), code)
				got := said(t, code)
				if want == "" && got != "" && got != "\n" || !strings.Contains(got, want) {
					t.Errorf("%s\n got %q\nwant %q", code, got, want)
				}
			})
		}
	}
}

// TestChangedChannels: a channel has no settings of a stage, nor has a relay.
func TestChangedChannels(t *testing.T) {
	for _, topology := range []string{`text"x"`, `file"h"`, `pipe()`, `fifo"p"`, `socket("unix:s", {listen = true})`, `ring()`, `queue()`, `mailbox()`, `mailslot()`,
		`socket("unixgram:s", {listen = true})`, `meter()`, `(file"h" | meter() | file("f", "w"))`, `tee(file("f", "w"), file("g", "w"))`, `loop(meter())`} {
		for _, m := range changedBy {
			want := ":" + m.name + " is for stages"
			switch m.name {
			case "ready":
				want = "is not one stage"
			case "named", "spill", "text", "lines", "send":
				continue
			}
			if got := said(t, "local t = "+topology+m.method); !strings.Contains(got, want) {
				t.Errorf("%s%s: %q", topology, m.method, got)
			}
		}
	}
}

// TestNamedChannels: the name of a channel is what plans and messages call it.
func TestNamedChannels(t *testing.T) {
	for _, topology := range []string{`text"x":named"n" | "cat"`, `file"h":named"n" | "cat"`, `"true" | pipe():named"n" | "cat"`, `"true" | fifo"p":named"n" | "cat"`,
		`"true" | ring():named"n" | "cat"`, `"true" | queue():named"n" | "cat"`, `"true" | mailbox():named"n" | "cat"`, `"true" | mailslot():named"n" | "cat"`,
		`"true" | socket("unixgram:s", {listen = true}):named"n" | "cat"`, `"true" | meter():named"n" | "cat"`, `listen("unix:s", "cat"):named"n"`,
		`(function(r) return proc(function() r:send"x" end) end)(ring():named"n")`} {
		if got := said(t, "graph("+topology+", 'json')"); !strings.Contains(got, `"n"`) {
			t.Errorf("%s: %s", topology, got)
		}
	}
	if got := said(t, `print(run("echo x" | meter():named"n" | "cat").meters.n.bytes)`); got != "x\n2\n" {
		t.Errorf("%q", got)
	}
}

// TestNested: of two settings the inner one counts, as in a shell.
func TestNested(t *testing.T) {
	for _, row := range []struct{ code, want string }{
		{`run((sh"printenv X":env{X = "in"} | "cat"):env{X = "out"})`, "in\n"},
		{`run((sh"printenv X" | "cat"):env{X = "out"})`, "out\n"},
		{`run((cmd{"printenv", "X", "Y", env = {X = "in"}} | "cat"):env{X = "out", Y = "y"})`, "in\ny\n"},
		{`run((sh"printenv X":env{X = false} | "cat"):env{X = "out"}, {check = false})`, ""},
		{`run(sh"X=in printenv X":env{X = "out"})`, "in\n"},
		{`run(sh"echo $X":env{X = "in"}:env{X = "out"})`, "in\n"},
		{`run(cmd("cat", sh"printenv X":env{X = "in"}):env{X = "out"})`, "in\n"},
		{`run(sh"sh -c 'echo >&3'":fd(3, sh"printenv X"):env{X = "out"})`, "out\n"},
		{`run((sh"pwd":dir"/usr" | "cat"):dir"/bin")`, "/usr\n"},
		{`run((sh"pwd":dir"bin" | "cat"):dir"/usr")`, "/usr/bin\n"},
		{`run(cmd{"pwd", dir = "bin"}:dir"/usr")`, "/usr/bin\n"},
		{`print((sh"sleep 60":timeout"1s" | "cat"):timeout"2s")`, `sh"sleep 60":timeout("1s") | sh"cat":timeout("2s")` + "\n"},
		{`print(listen("unix:s", sh"cat":timeout"1s"):timeout"2s")`, `listen("unix:s", sh"cat":timeout("1s")):timeout("2s")` + "\n"},
		{`run((cmd("sh", "-c", "ulimit -n; ulimit -t"):limit{files = 64} | "cat"):limit{files = 100, cpu = "9s"})`, "64\n9\n"},
		{`print((sh"a":restart{max = 1, backoff = 1} | "b"):restart{max = 2, backoff = 1})`,
			`sh"a":restart{on = "failure", max = 1, backoff = "1s"} | sh"b":restart{on = "failure", max = 2, backoff = "1s"}` + "\n"},
		{`run((cmd("sh", "-c", "echo a >&2"):err(file("f", "w")) | cmd("sh", "-c", "echo b >&2")):err(file("g", "w"))) print(io.open"f":read"*a", io.open"g":read"*a")`, "a\n\tb\n\n"},
		{`run(sh"sh -c 'echo a >&2' 2>f":err(file("g", "w"))) print(io.open"f":read"*a")`, "a\n\n"},
		{`run(sh"sh -c 'echo a; echo b >&2'":fd(1, file("f", "w")):err(out)) print(io.open"f":read"*a")`, "a\nb\n\n"},
		{`run(sh"sh -c 'echo a; echo b >&2'":err(out):fd(1, file("f", "w"))) print(io.open"f":read"*a")`, "a\nb\n\n"},
		{`run(sh"sh -c 'echo a; echo b >&2' >f":err(out)) print(io.open"f":read"*a")`, "a\nb\n\n"},
		{`local e = sh"wc -l" run((cmd("sh", "-c", "echo a >&2") | cmd("sh", "-c", "echo b >&2")):err(e):env{X = "1"})`, "2\n"},
	} {
		if got := said(t, row.code); got != row.want {
			t.Errorf("%s\n got %q\nwant %q", row.code, got, row.want)
		}
	}
}
