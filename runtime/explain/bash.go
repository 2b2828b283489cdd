package explain

import (
	"bytes"
	"fmt"
	"slices"
	"sort"
	"strings"

	"weir/ipc"
	"weir/runtime/plan"
)

// Bash writes the same topology as a script for bash 4 or later and mktemp(1), and where
// the stages ask for them env(1) and timeout(1). Its working directory is the run's. Its
// exit status is that of the last stage that failed. As with pipefail, a writer that
// SIGPIPE ended has failed, with 141.
//
// A chain becomes a pipeline. Pipes that are shared in other ways are opened once for
// reading and once for writing before the first stage starts. For what bash cannot say
// there is a [plan.Error] that names the stage or channel.
func Bash(p *plan.Plan) (string, error) {
	b := &bashScript{plan: p, next: make([]int, len(p.Stages)), before: make([]int, len(p.Stages)),
		chained: map[int]bool{}, users: map[description]map[int]bool{}, hoisted: map[description]int{}, taken: map[int]bool{}}
	for _, part := range []func() error{b.check, b.hoistStandard} {
		if err := part(); err != nil {
			return "", err
		}
	}
	return b.write()
}

// bashScript writes a plan as bash.
type bashScript struct {
	plan         *plan.Plan
	next, before []int // stages of the same pipeline, by stage; -1 is none
	chained      map[int]bool
	shared       bool                         // some pipe is open in the script itself
	users        map[description]map[int]bool // stages by what they use
	hoisted      map[description]int          // what the script opens itself, at which number
	order        []description
	taken        map[int]bool // numbers that a stage or the script uses
	scope        map[int]bool // the script's numbers that are open where a stage is written; nil is all
	traps        []string
	out          strings.Builder
}

// description is one open file description, of one stage's own or shared by all.
type description struct {
	channel int
	writes  bool
	stage   int
	fd      int // of a standard stream, whose channel is standardChannel
}

const standardChannel = -1

func standardStream(fd int) description { return description{channel: standardChannel, fd: fd} }

// shared is a side of a channel that all stages share.
func shared(channel int, writes bool) description {
	return description{channel: channel, writes: writes, stage: plan.Everyone}
}

// descriptionOf gives the open file description behind an end of a stage.
func (b *bashScript) descriptionOf(stage int, end *plan.PlannedEnd) description {
	ch := &b.plan.Channels[end.Channel]
	s := shared(end.Channel, end.Mode.Writes())
	switch ch.Kind {
	case ipc.KindStandard:
		return standardStream(ch.FD)
	case ipc.KindFIFO:
		if !b.isShared(end.Channel) {
			s.stage = stage
		}
	case ipc.KindFile:
		if !s.writes {
			s.stage = stage
		}
	case ipc.KindMemory:
		s.writes = false
	}
	return s
}

// within reports whether both sides of a channel are in the topology.
func (b *bashScript) within(channel int) bool {
	return len(b.users[shared(channel, true)]) > 0 && len(b.users[shared(channel, false)]) > 0
}

func (b *bashScript) refuseStage(st *plan.PlannedStage, why string) error {
	return &plan.Error{Stage: st.Name, Origin: st.Origin, Word: st.Word(),
		Message: fmt.Sprintf("bash cannot say the stage %s: %s", st.Name, why)}
}

func (b *bashScript) refuseChannel(ch *plan.PlannedChannel, why string) error {
	return &plan.Error{Channel: ch.Name, Origin: ch.Origin, Word: ch.Channel.Path,
		Message: fmt.Sprintf("bash cannot say the %s %s: %s", ch.Kind, ch.Name, why)}
}

// check refuses what bash cannot say, and decides which pipes belong to pipelines.
func (b *bashScript) check() error {
	for i := range b.plan.Stages {
		st := &b.plan.Stages[i]
		if why := b.loses(st); why != "" {
			return b.refuseStage(st, why)
		}
		if st.Thread != nil || b.plan.RunsLua(st) {
			what := plan.Visible(st.Text)
			if what == "" {
				what = "a function"
			}
			return b.refuseStage(st, "it runs "+what+", and bash has no Lua stages")
		}
		if len(st.Stage.Env) > 0 && strings.Contains(st.Argv[0], "=") {
			return b.refuseStage(st, "env(1) would take its program's name for a variable")
		}
	}
	for _, end := range b.plan.Topology.Ends {
		if end.Stage == "" {
			for i := range b.plan.Channels {
				if ch := &b.plan.Channels[i]; ch.Name == end.Channel {
					return b.refuseChannel(ch, "weir itself has its "+plan.SideName(end.Mode))
				}
			}
		}
	}
	for i := range b.plan.Stages {
		b.next[i], b.before[i] = -1, -1
		for _, end := range b.plan.Stages[i].AllEnds() {
			ch := &b.plan.Channels[end.Channel]
			b.taken[end.FD] = true
			if ch.Kind != ipc.KindStandard && ch.Adopted() {
				return b.refuseChannel(ch, "bash has pipes, files and FIFOs only")
			}
			if ch.Kind == ipc.KindMemory && end.Mode.Writes() {
				return b.refuseChannel(ch, "it has no memory that a stage writes to")
			}
			if ch.Kind == ipc.KindStandard && ch.FD > 2 {
				return b.refuseChannel(ch, "it is none of bash's own streams")
			}
			b.use(shared(end.Channel, end.Mode.Writes()), i)
		}
	}
	for i := range b.plan.Stages {
		for _, end := range b.plan.Stages[i].AllEnds() {
			b.use(b.descriptionOf(i, &end), i)
		}
	}
	b.link()
	return b.hoist()
}

func (b *bashScript) use(s description, stage int) {
	if b.users[s] == nil {
		b.users[s] = map[int]bool{}
	}
	b.users[s][stage] = true
}

func (b *bashScript) only(channel int, writes bool) int {
	users := b.users[shared(channel, writes)]
	if len(users) != 1 {
		return -1
	}
	for stage := range users {
		return stage
	}
	return -1
}

// link finds the pipes of pipelines: they have one writer, and one reader at its stdin. A
// stage's stdout comes before its other descriptors.
func (b *bashScript) link() {
	for i := range b.plan.Stages {
		ends := slices.Clone(b.plan.Stages[i].AllEnds())
		sort.SliceStable(ends, func(x, y int) bool { return ends[x].FD == 1 && ends[y].FD != 1 })
		for _, end := range ends {
			if b.plan.Channels[end.Channel].Kind != ipc.KindPipe || !end.Mode.Writes() || b.next[i] >= 0 {
				continue
			}
			writer, reader := b.only(end.Channel, true), b.only(end.Channel, false)
			if writer != i || reader < 0 || reader == i || b.before[reader] >= 0 || !b.readsAt0(reader, end.Channel) {
				continue
			}
			b.next[i], b.before[reader] = reader, i
			b.chained[end.Channel] = true
		}
	}
	// A pipeline whose stages share a pipe in another way too is taken apart. The shell
	// that waits for it would hold that pipe open.
	for {
		again := false
		for i := range b.plan.Stages {
			if (b.next[i] >= 0 || b.before[i] >= 0) && b.touchesShared(i) {
				b.unlink(i)
				again = true
			}
		}
		if !again {
			return
		}
	}
}

func (b *bashScript) readsAt0(stage, channel int) bool {
	return slices.ContainsFunc(b.plan.Stages[stage].AllEnds(), func(end plan.PlannedEnd) bool {
		return end.FD == 0 && end.Channel == channel
	})
}

func (b *bashScript) touchesShared(stage int) bool {
	return slices.ContainsFunc(b.plan.Stages[stage].AllEnds(), func(end plan.PlannedEnd) bool {
		return b.isShared(end.Channel)
	})
}

// isShared reports whether the script itself opens both sides of a channel. That is a pipe
// outside pipelines, or a FIFO at which two stages would wait for each other in open(2).
func (b *bashScript) isShared(channel int) bool {
	switch b.plan.Channels[channel].Kind {
	case ipc.KindPipe:
		return !b.chained[channel]
	case ipc.KindFIFO:
		writer, reader := b.only(channel, true), b.only(channel, false)
		return b.within(channel) &&
			(writer < 0 || reader < 0 || writer == reader || b.fifos(writer) > 1 || b.fifos(reader) > 1)
	}
	return false
}

// fifos counts the FIFOs at which a stage has ends.
func (b *bashScript) fifos(stage int) int {
	seen := map[int]bool{}
	for _, end := range b.plan.Stages[stage].Ends {
		if b.plan.Channels[end.Channel].Kind == ipc.KindFIFO {
			seen[end.Channel] = true
		}
	}
	return len(seen)
}

// unlink makes the pipes to a stage's neighbours shared ones.
func (b *bashScript) unlink(stage int) {
	for _, pair := range [][2]int{{b.before[stage], stage}, {stage, b.next[stage]}} {
		if pair[0] < 0 || pair[1] < 0 {
			continue
		}
		b.next[pair[0]], b.before[pair[1]] = -1, -1
		for channel := range b.chained {
			if b.only(channel, true) == pair[0] && b.only(channel, false) == pair[1] && b.readsAt0(pair[1], channel) {
				delete(b.chained, channel)
			}
		}
	}
}

// hoist gives numbers to what the script must open itself.
func (b *bashScript) hoist() error {
	for i := range b.plan.Channels {
		b.shared = b.shared || b.isShared(i) && b.within(i)
	}
	for i := range b.plan.Stages {
		for _, end := range b.plan.Stages[i].AllEnds() {
			s := b.descriptionOf(i, &end)
			ch := &b.plan.Channels[end.Channel]
			wanted := false
			switch ch.Kind {
			case ipc.KindPipe, ipc.KindFIFO:
				wanted = b.isShared(end.Channel)
			case ipc.KindFile:
				wanted = len(b.users[s]) > 1 || namesDescriptor(ch.Path)
			case ipc.KindMemory:
				wanted = len(b.users[s]) > 1 || b.shared && !hereString(ch.Data)
			}
			if !wanted {
				continue
			}
			sides := []description{s}
			if b.isShared(end.Channel) {
				sides = []description{shared(end.Channel, false), shared(end.Channel, true)}
			}
			for _, side := range sides {
				if err := b.number(side, &b.plan.Stages[i]); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// maxNumber is below what bash itself takes for <(...): 63 and downward.
const maxNumber = 56

// number gives s a descriptor of the script's.
func (b *bashScript) number(s description, st *plan.PlannedStage) error {
	if _, has := b.hoisted[s]; has {
		return nil
	}
	n := b.free()
	if n > maxNumber {
		return b.refuseStage(st, "the script would need too many descriptors of its own")
	}
	b.taken[n], b.hoisted[s] = true, n
	b.order = append(b.order, s)
	return nil
}

func (b *bashScript) free() int {
	n := 3
	for b.taken[n] {
		n++
	}
	return n
}

// hoistStandard keeps the script's own streams for stages of a pipeline, which puts pipes
// in their place.
func (b *bashScript) hoistStandard() error {
	for i := range b.plan.Stages {
		there := b.context(i)
		for k := range b.plan.Stages[i].Ends {
			s := b.descriptionOf(i, &b.plan.Stages[i].Ends[k])
			if s.channel != standardChannel || there[s.fd] == s {
				continue
			}
			if err := b.number(s, &b.plan.Stages[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// context is what a stage has at each descriptor before its redirections.
func (b *bashScript) context(stage int) map[int]description {
	there := map[int]description{}
	for fd := range 3 {
		there[fd] = standardStream(fd)
	}
	if from := b.before[stage]; from >= 0 {
		there[0] = b.pipeTo(stage, false)
	}
	if to := b.next[stage]; to >= 0 {
		there[1] = b.pipeTo(to, true)
	}
	for s, n := range b.hoisted {
		if b.scope == nil || b.scope[n] {
			there[n] = s
		}
	}
	return there
}

// pipeTo is the pipe of the pipeline that a stage reads.
func (b *bashScript) pipeTo(to int, writes bool) description {
	for _, end := range b.plan.Stages[to].AllEnds() {
		if end.FD == 0 && b.chained[end.Channel] {
			return shared(end.Channel, writes)
		}
	}
	return description{}
}

// namesDescriptor reports whether a path stands for a descriptor of the process that opens
// it. Where weir opens it, the script must too.
func namesDescriptor(path string) bool {
	for _, prefix := range []string{"/dev/fd/", "/dev/std", "/proc/self/", "/proc/thread-self/"} {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}

// hereString reports whether <<< can give exactly this text: it adds a newline.
func hereString(data []byte) bool {
	return bytes.HasSuffix(data, []byte("\n")) && bytes.IndexByte(data, 0) < 0
}
