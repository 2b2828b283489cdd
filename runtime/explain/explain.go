package explain

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"weir/ipc"
	"weir/runtime/plan"
)

// WriteText writes the plan for a reader: a line that counts, then the steps in order,
// numbered, one line each. Words are quoted as bash quotes them.
func WriteText(w io.Writer, p *plan.Plan) error {
	rows := make([][3]string, 0, len(p.Steps))
	callWidth := 0
	for i := range p.Steps {
		name, call, detail := describeStep(p, &p.Steps[i])
		rows = append(rows, [3]string{name, call, detail})
		if n := utf8.RuneCountInString(call); detail != "" && n <= maxCallWidth {
			callWidth = max(callWidth, n)
		}
	}
	nameWidth := 0
	for _, row := range rows {
		nameWidth = max(nameWidth, utf8.RuneCountInString(row[0]))
	}
	var b strings.Builder
	b.WriteString(summary(p) + "\n\n")
	digits := len(strconv.Itoa(len(rows)))
	for i, row := range rows {
		line := fmt.Sprintf("%*d  %-6s  %s  ", digits, i+1, p.Steps[i].Op, pad(row[0], nameWidth))
		if row[2] == "" {
			line += row[1]
		} else {
			line += pad(row[1], callWidth) + "  " + row[2]
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	for _, end := range p.Topology.Ends {
		if end.Stage == "" {
			fmt.Fprintf(&b, "%*s  %-6s  %s  %s, for weir itself\n", digits, "", "keep",
				pad(plan.Visible(end.Channel), nameWidth), plan.SideName(end.Mode))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// maxCallWidth is the column up to which calls are padded. One long command line must not
// push the others' descriptors off the screen.
const maxCallWidth = 44

func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)))
}

// summary counts what the run makes.
func summary(p *plan.Plan) string {
	processes, threads, relays := 0, 0, 0
	for i := range p.Stages {
		switch {
		case p.Stages[i].Thread != nil:
			threads++
		case p.Stages[i].Relay != nil:
			relays++
		default:
			processes++
		}
	}
	used := map[string]bool{}
	for _, end := range p.Topology.Ends {
		used[end.Channel] = true
	}
	kinds := map[ipc.Kind]int{}
	for i := range p.Channels {
		if used[p.Channels[i].Name] {
			kinds[p.Channels[i].Kind]++
		}
	}
	var parts []string
	for _, c := range []struct {
		n         int
		one, many string
	}{{processes, "process", "processes"}, {threads, "thread", "threads"}, {relays, "relay", "relays"},
		{kinds[ipc.KindPipe], "pipe", "pipes"}, {kinds[ipc.KindFIFO], "FIFO", "FIFOs"},
		{kinds[ipc.KindFile], "file", "files"}, {kinds[ipc.KindMemory], "memory file", "memory files"}} {
		switch c.n {
		case 0:
		case 1:
			parts = append(parts, "1 "+c.one)
		default:
			parts = append(parts, fmt.Sprintf("%d %s", c.n, c.many))
		}
	}
	if p.Timeout > 0 {
		parts = append(parts, fmt.Sprintf("at most %v", p.Timeout))
	}
	return strings.Join(parts, ", ")
}

// describeStep gives the stage or channel of a step, the call that it makes, and details.
func describeStep(p *plan.Plan, step *plan.Step) (name, call, detail string) {
	if step.Op == plan.OpSpawn || step.Op == plan.OpRelay {
		st := &p.Stages[step.StageIndex]
		return plan.Visible(st.Name), CommandLine(st), describeSpawn(p, st)
	}
	ch := &p.Channels[step.ChannelIndex]
	name = plan.Visible(ch.Name)
	switch step.Op {
	case plan.OpCreate:
		switch ch.Kind {
		default:
			call = ch.Call
		case ipc.KindPipe:
			call = "pipe2(O_CLOEXEC)"
			detail = "the system's capacity"
			if ch.Capacity > 0 {
				detail = fmt.Sprintf("capacity %d", ch.Capacity)
			}
		case ipc.KindMemory:
			call, detail = fmt.Sprintf("memfd_create(%s)", name), fmt.Sprintf("%d bytes", len(ch.Data))
		case ipc.KindFIFO:
			call = fmt.Sprintf("mkfifo(%s, %#o)", shellQuote(ch.Path), ch.Perm)
		}
	case plan.OpOpen:
		call = fmt.Sprintf("open(%s, %s)", shellQuote(ch.Path), step.Args[2])
		detail = strings.Join(step.Args[3:], ", ")
		if step.StageIndex >= 0 {
			detail = strings.TrimPrefix(detail+", for "+plan.Visible(step.Stage), ", ")
		}
	case plan.OpClose:
		call = plan.SideName(step.Mode)
	case plan.OpUnlink:
		call, detail = fmt.Sprintf("unlink(%s)", shellQuote(ch.Path)), "at the end"
	}
	return name, call, detail
}

// CommandLine is the stage's program and arguments as one writes them in bash. For a stage
// in weir's own process it is "thread" or "relay".
func CommandLine(st *plan.PlannedStage) string {
	if st.Inside() {
		return st.InsideAs()
	}
	return shellWords(st.Argv)
}

// describeSpawn lists a stage's descriptors and settings.
func describeSpawn(p *plan.Plan, st *plan.PlannedStage) string {
	var parts []string
	for _, end := range st.Ends {
		parts = append(parts, strconv.Itoa(end.FD)+plan.Arrow(end.Mode)+plan.Visible(p.Channels[end.Channel].Name))
	}
	list := strings.Join(parts, " ")
	if st.Stage.Dir != "" {
		list += "  in " + shellQuote(st.Dir)
	}
	if sets, removes := envChanges(st.Stage.Env); len(sets)+len(removes) > 0 {
		for _, kv := range sets {
			list += "  with " + shellQuote(kv)
		}
		for _, k := range removes {
			list += "  without " + shellQuote(k)
		}
	}
	if st.Timeout > 0 {
		list += fmt.Sprintf("  at most %v", st.Timeout)
	}
	list += describeSupervision(st)
	if st.Text != "" && (st.Inside() || p.RunsLua(st)) {
		list += "  # " + plan.Visible(st.Text)
	}
	return list
}

// describeSupervision says what weir does with a stage while it runs.
func describeSupervision(st *plan.PlannedStage) (list string) {
	if r := st.Restart; r != nil {
		when := "after a failure"
		if r.Always {
			when = "always"
		}
		list += "  started again " + when
		if r.Max > 0 {
			list += fmt.Sprintf(", at most %d times", r.Max)
		}
		if r.Within > 0 {
			list += fmt.Sprintf(" within %v", r.Within)
		}
	}
	for _, l := range st.Limits.List() {
		list += fmt.Sprintf("  setrlimit(%s, %d)", plan.LimitNames[l.Resource], l.Soft)
	}
	if st.Ready != nil && st.Ready.FD > 0 {
		list += fmt.Sprintf("  ready by a line on %d", st.Ready.FD)
	} else if st.Ready != nil {
		list += "  ready by a line of its output"
	}
	return list
}

// envChanges gives the changes that count: the last one of each name.
func envChanges(changes []string) (sets, removes []string) {
	last := map[string]int{}
	for i, change := range changes {
		key, _, _ := strings.Cut(change, "=")
		last[key] = i
	}
	for i, change := range changes {
		key, _, isSet := strings.Cut(change, "=")
		switch {
		case last[key] != i:
		case isSet:
			sets = append(sets, change)
		default:
			removes = append(removes, change)
		}
	}
	return sets, removes
}

// The plan as JSON.
type (
	jsonPlan struct {
		Stages   []jsonStage   `json:"stages"`
		Channels []jsonChannel `json:"channels"`
		Steps    []plan.Step   `json:"steps"`
	}
	jsonStage struct {
		Name    string   `json:"name"`
		Thread  bool     `json:"thread,omitempty"`
		Relay   bool     `json:"relay,omitempty"`
		Argv    []string `json:"argv"`
		Path    string   `json:"path,omitempty"`
		Dir     string   `json:"dir"`
		Env     []string `json:"env,omitempty"` // the changes: "K=V" sets, "K" removes
		Timeout float64  `json:"timeout_ms,omitempty"`
		Text    string   `json:"text,omitempty"`
		FDs     []jsonFD `json:"fds"`
	}
	jsonFD struct {
		FD      int    `json:"fd"`
		Mode    string `json:"mode"`
		Channel string `json:"channel"`
	}
	jsonChannel struct {
		Name     string   `json:"name"`
		Kind     ipc.Kind `json:"kind"`
		Path     string   `json:"path,omitempty"`
		Capacity int      `json:"capacity,omitempty"` // bytes; none is the system's own
		Bytes    int      `json:"bytes,omitempty"`    // that a memory channel holds at first
		Create   bool     `json:"create,omitempty"`
	}
)

// WriteJSON writes the plan as one JSON object: stages with their descriptors, channels,
// and steps in order. Times are in milliseconds, sizes in bytes.
func WriteJSON(w io.Writer, p *plan.Plan) error {
	out := jsonPlan{Stages: []jsonStage{}, Channels: []jsonChannel{}, Steps: p.Steps}
	for i := range p.Stages {
		st := &p.Stages[i]
		s := jsonStage{Name: st.Name, Thread: st.Thread != nil, Relay: st.Relay != nil,
			Argv: append([]string{}, st.Argv...), Path: st.Path, Dir: st.Dir, Env: st.Stage.Env,
			Timeout: float64(st.Timeout) / float64(time.Millisecond), Text: st.Text, FDs: []jsonFD{}}
		for _, end := range st.Ends {
			s.FDs = append(s.FDs, jsonFD{end.FD, end.Mode.String(), p.Channels[end.Channel].Name})
		}
		out.Stages = append(out.Stages, s)
	}
	for i := range p.Channels {
		ch := &p.Channels[i]
		out.Channels = append(out.Channels, jsonChannel{ch.Name, ch.Kind, ch.Path, ch.Capacity, len(ch.Data), ch.Create})
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(out)
}
