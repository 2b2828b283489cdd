package plan

import (
	"os"
	"strings"
	"testing"

	"weir/ipc"
)

// wire makes a topology of lines "from:fd > channel > to:fd"; "?" is nobody, and
// a channel that begins with "/" is a FIFO, one that ends in "!" closes a cycle.
func wire(stages []Stage, lines ...string) *Topology {
	t := &Topology{Stages: stages}
	seen := map[string]bool{}
	for _, line := range lines {
		parts := strings.Split(line, " > ")
		name := parts[1]
		if !seen[name] {
			seen[name] = true
			c := Channel{Name: name, Kind: ipc.KindPipe, Loop: strings.HasSuffix(name, "!")}
			if strings.HasPrefix(name, "/") {
				c.Kind, c.Path, c.Create = ipc.KindFIFO, os.TempDir()+name, true
			}
			t.Channels = append(t.Channels, c)
		}
		for i, mode := range map[int]ipc.Mode{0: ipc.Write, 2: ipc.Read} {
			if stage, fd, ok := strings.Cut(parts[i], ":"); ok {
				t.Ends = append(t.Ends, End{Stage: stage, Channel: name, Mode: mode, FD: int(fd[0] - '0')})
			}
		}
	}
	return t
}

func TestWarnings(t *testing.T) {
	program := func(name string, argv ...string) Stage { return Stage{Name: name, Argv: argv} }
	relay := func(name string) Stage {
		return Stage{Name: name, Relay: func() Relay { return Relay{} }}
	}
	rows := []struct {
		name string
		top  *Topology
		want []string // words of each warning, in order
	}{
		{"a chain", wire([]Stage{program("a", "sort"), program("b", "cat")}, "a:1 > p > b:0"), nil},
		{"a loop of cats", wire([]Stage{program("a", "cat"), program("b", "cat")}, "a:1 > p > b:0", "b:1 > back! > a:0"), nil},
		{"sort in a loop", wire([]Stage{program("a", "cat"), program("b", "sort")}, "a:1 > p > b:0", "b:1 > back! > a:0"),
			[]string{"b writes nothing before its input has ended"}},
		{"grep and sed in a loop", wire([]Stage{program("a", "grep", "x"), program("b", "sed", "s/a/b/")}, "a:1 > p > b:0", "b:1 > back! > a:0"),
			[]string{"a holds back", "b holds back"}},
		{"cured", wire([]Stage{program("a", "grep", "--line-buffered", "x"), program("b", "sed", "-u", "s/a/b/")}, "a:1 > p > b:0", "b:1 > back! > a:0"), nil},
		{"sort beside a loop", wire([]Stage{program("a", "cat"), program("b", "tee", "/dev/fd/3"), program("c", "sort")},
			"a:1 > p > b:0", "b:1 > back! > a:0", "b:3 > out > c:0"), nil},
		{"tee into diff", wire([]Stage{relay("tee"), program("a", "cat"), program("b", "sort"), program("d", "diff", "/dev/fd/3", "/dev/fd/4"), program("s", "cat")},
			"s:1 > in > tee:0", "tee:1 > ta > a:0", "tee:2 > tb > b:0", "a:1 > ad > d:3", "b:1 > bd > d:4"),
			[]string{"d reads bd and ad, which both come from tee"}},
		{"tee into concat", wire([]Stage{relay("tee#2"), relay("concat"), program("r", "cat"), program("s", "cat")},
			"s:1 > in > tee#2:0", "tee#2:1 > a > concat:0", "tee#2:2 > b > concat:1", "concat:2 > out > r:0"),
			[]string{"concat reads a and b"}},
		{"tee into concat, later branches small", wire([]Stage{relay("tee"), program("a", "cat"), program("b", "wc", "-l"), relay("concat"), program("r", "cat"), program("s", "cat")},
			"s:1 > in > tee:0", "tee:1 > ta > a:0", "tee:2 > tb > b:0", "a:1 > ac > concat:0", "b:1 > bc > concat:1", "concat:2 > out > r:0"), nil},
		{"tee into concat, the first branch small", wire([]Stage{relay("tee"), program("a", "wc", "-l"), program("b", "cat"), relay("concat"), program("r", "cat"), program("s", "cat")},
			"s:1 > in > tee:0", "tee:1 > ta > a:0", "tee:2 > tb > b:0", "a:1 > ac > concat:0", "b:1 > bc > concat:1", "concat:2 > out > r:0"),
			[]string{"concat reads ac and bc"}},
		{"tee into merge", wire([]Stage{relay("tee"), relay("merge"), program("r", "cat"), program("s", "cat")},
			"s:1 > in > tee:0", "tee:1 > a > merge:0", "tee:2 > b > merge:1", "merge:2 > out > r:0"), nil},
		{"tee into concat, the later branch writes at its end", wire([]Stage{relay("tee"), program("a", "cat"), program("b", "sort"), relay("concat"), program("r", "cat"), program("s", "cat")},
			"s:1 > in > tee:0", "tee:1 > ta > a:0", "tee:2 > tb > b:0", "a:1 > ac > concat:0", "b:1 > bc > concat:1", "concat:2 > out > r:0"), nil},
		{"with a spill between", wire([]Stage{relay("tee"), relay("spill"), relay("concat"), program("r", "cat"), program("s", "cat")},
			"s:1 > in > tee:0", "tee:1 > a > concat:0", "tee:2 > b > spill:0", "spill:1 > c > concat:1", "concat:2 > out > r:0"), nil},
		{"deal into ordered", wire([]Stage{relay("deal"), relay("ordered"), program("r", "cat"), program("s", "cat")},
			"s:1 > in > deal:0", "deal:1 > a > ordered:0", "deal:2 > b > ordered:1", "ordered:2 > out > r:0"), nil},
		{"two FIFOs to outside", wire([]Stage{program("a", "cat")}, "? > /one > a:3", "a:4 > /two > ?"),
			[]string{"/one before "}},
		{"FIFOs crossed", wire([]Stage{program("a", "cat"), program("b", "cat")}, "a:3 > /one > b:4", "a:4 > /two > b:3"),
			[]string{"b opens them the other way round"}},
		{"FIFOs in order", wire([]Stage{program("a", "cat"), program("b", "cat")}, "a:3 > /one > b:3", "a:4 > /two > b:4"), nil},
	}
	host := Host{Dir: "/", Env: os.Environ(), Stat: os.Stat, Access: func(string, uint32) error { return nil }}
	for _, row := range rows {
		p, err := Compile(row.top, host)
		if err != nil {
			t.Errorf("%s: %v", row.name, err)
			continue
		}
		got := Warnings(p)
		if len(got) != len(row.want) {
			t.Errorf("%s: %+v", row.name, got)
			continue
		}
		for i, w := range got {
			if !strings.Contains(w.Message, row.want[i]) || w.Hint == "" || w.Stage == "" || w.Channel == "" {
				t.Errorf("%s: %+v", row.name, w)
			}
		}
	}
}
