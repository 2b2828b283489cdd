package script

import (
	"fmt"
	"slices"
	"strings"

	"weir/ipc"
	"weir/runtime/cells"
	"weir/script/problem"
)

// write gives a topology as one would write it in a script.
func write(n node) string {
	switch n := n.(type) {
	case *stage:
		return writeStage(n, false)
	case *channel:
		return writeChannel(n)
	case *server:
		set := settings{name: n.name, timeout: n.timeout}
		return "listen(" + problem.Quote(n.addr.String()) + ", " + write(n.body) + ")" + writeSettings(&set)
	case *chain:
		texts := make([]string, len(n.parts))
		for i, p := range n.parts {
			if s, ok := p.(*stage); ok {
				texts[i] = writeStage(s, true)
			} else if g, ok := p.(*group); ok && g.verb == "+" && g.gather != gatherOrdered {
				texts[i] = "(" + write(p) + ")"
			} else {
				texts[i] = write(p)
			}
		}
		return strings.Join(texts, " | ")
	case *group:
		return writeGroup(n)
	case *inlineRelay:
		return writeInlineRelay(n)
	case *loop:
		return writeLoop(n)
	case *into:
		return "into(" + write(n.node) + ")"
	}
	return "?"
}

// writeAll writes what stands side by side in one run.
func writeAll(nodes []node) string {
	texts := make([]string, len(nodes))
	for i, n := range nodes {
		texts[i] = write(n)
	}
	return strings.Join(texts, ", ")
}

func writeGroup(g *group) string {
	if g.gather == gatherOrdered {
		inner := *g
		inner.gather = gatherMerge
		return "ordered(" + write(&inner) + ")"
	}
	if g.verb == "*" {
		text := write(g.parts[0])
		if _, ok := g.parts[0].(*stage); !ok {
			text = "(" + text + ")"
		}
		return fmt.Sprintf("%s * %d", text, len(g.parts))
	}
	texts := make([]string, 0, len(g.parts)+1)
	if g.key != nil {
		texts = append(texts, writeFunction(g.key)[len("thread("):len(writeFunction(g.key))-1])
	}
	for _, p := range g.parts {
		text := write(p)
		if _, ok := p.(*chain); ok && g.verb == "+" {
			text = "(" + text + ")"
		}
		texts = append(texts, text)
	}
	if g.verb == "+" {
		return strings.Join(texts, " + ")
	}
	return g.verb + "(" + strings.Join(texts, ", ") + ")"
}

// writeStage writes a line of words bare where | stands beside it.
func writeStage(s *stage, bare bool) string {
	settings := writeSettings(&s.set)
	switch {
	case s.line != nil && bare && settings == "":
		return problem.Quote(*s.line)
	case s.line != nil:
		return "sh" + problem.Quote(*s.line) + settings
	case s.filter != nil:
		return writeFilters(s.filter) + settings
	case s.fn != nil:
		return writeFunction(s) + settings
	}
	words := make([]string, len(s.argv))
	for i, w := range s.argv {
		words[i] = problem.Quote(w)
	}
	for _, sub := range s.subs {
		words[sub.word] = writeSubstitute(sub)
	}
	return "cmd(" + strings.Join(words, ", ") + ")" + settings
}

func writeFunction(s *stage) string {
	verb, name := "proc", s.fn.name
	if s.thread {
		verb = "thread"
	}
	if name == "" {
		name = fmt.Sprintf("function() --[[ line %d ]] end", s.fn.fn.Proto.LineDefined)
	}
	if len(s.fn.args) > 0 {
		name += ", ..."
	}
	return verb + "(" + name + ")"
}

func writeSettings(set *settings) string {
	var b strings.Builder
	if set.name != "" {
		fmt.Fprintf(&b, ":named(%s)", problem.Quote(set.name))
	}
	if len(set.env) > 0 {
		var pairs []string
		for k, v := range set.env {
			value := "false"
			if v != nil {
				value = problem.Quote(*v)
			}
			pairs = append(pairs, problem.QuoteKey(k)+" = "+value)
		}
		slices.Sort(pairs)
		fmt.Fprintf(&b, ":env{%s}", strings.Join(pairs, ", "))
	}
	if set.dir != "" {
		fmt.Fprintf(&b, ":dir(%s)", problem.Quote(set.dir))
	}
	if set.timeout > 0 {
		fmt.Fprintf(&b, ":timeout(%s)", problem.Quote(formatDuration(set.timeout)))
	}
	b.WriteString(writeSupervision(&set.watch))
	for _, e := range set.stageFDs {
		to := "out"
		if e.to != nil {
			to = write(e.to)
		}
		if e.fd == 2 {
			fmt.Fprintf(&b, ":err(%s)", to)
		} else {
			fmt.Fprintf(&b, ":fd(%d, %s, %s)", e.fd, to, problem.Quote(e.mode.String()))
		}
	}
	return b.String()
}

func writeChannel(c *channel) string {
	named := ""
	if c.name != "" {
		named = ":named(" + problem.Quote(c.name) + ")"
	}
	if c.msg != nil {
		return writeObject(c.msg) + named
	}
	switch c.kind {
	case ipc.KindMemory:
		return "text" + problem.Quote(problem.Cut(c.data, 2*problem.KeptBytes)) + named
	case ipc.KindFile:
		if c.modeSet {
			return fmt.Sprintf("file(%s, %s)%s", problem.Quote(c.path), problem.Quote(c.mode.String()), named)
		}
		return "file" + problem.Quote(c.path) + named
	case ipc.KindUnix, ipc.KindTCP:
		return "socket" + problem.Quote(string(c.kind)+":"+c.path) + named
	case ipc.KindFIFO:
		return "fifo" + problem.Quote(c.path) + named
	}
	var options []string
	if c.capacity > 0 {
		options = append(options, fmt.Sprintf("capacity = %d", c.capacity))
	}
	if c.spill != nil && c.spill.limit > 0 {
		options = append(options, fmt.Sprintf("spill = %d", c.spill.limit))
	} else if c.spill != nil {
		options = append(options, "spill = true")
	}
	if c.meter {
		options = append(options, "meter = true")
	}
	if len(options) > 0 {
		return "pipe{" + strings.Join(options, ", ") + "}" + named
	}
	return "pipe()" + named
}

// nameText is a name as a message has it: without quotes, on one line, and with no
// order to the terminal.
func nameText(s string) string { return cells.Harmless(s, false) }
