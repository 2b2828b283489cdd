package explain

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"weir/ipc"
	"weir/runtime/plan"
)

// write puts the script together.
func (b *bashScript) write() (string, error) {
	chains := b.chains()
	b.line("#!/usr/bin/env bash")
	if slices.ContainsFunc(chains, func(c []int) bool { return len(c) > 1 }) {
		b.line("set -o pipefail")
	}
	b.remarks()
	b.makeNames()
	b.openShared()
	background := len(chains) > 1 || b.shared
	if !background {
		b.line(b.pipeline(chains[0]))
	} else {
		for _, c := range chains {
			b.line(b.job(c) + " & weir_jobs+=($!)")
		}
		b.closeShared()
		b.line("weir_status=0")
		b.line(`for weir_job in "${weir_jobs[@]}"; do wait "$weir_job" || weir_status=$?; done`)
		b.line(`exit "$weir_status"`)
	}
	script := b.out.String()
	if b.plan.Timeout > 0 {
		script = "#!/usr/bin/env bash\nexec timeout " + seconds(b.plan.Timeout.Seconds()) +
			" bash -c " + shellQuote(script) + "\n"
	}
	return script, nil
}

func (b *bashScript) line(s string) { b.out.WriteString(s + "\n") }

func seconds(s float64) string { return strconv.FormatFloat(s, 'f', -1, 64) + "s" }

// chains lists the pipelines, each as its stages from left to right.
func (b *bashScript) chains() [][]int {
	var chains [][]int
	for i := range b.plan.Stages {
		if b.before[i] >= 0 {
			continue
		}
		var c []int
		for s := i; s >= 0; s = b.next[s] {
			c = append(c, s)
		}
		chains = append(chains, c)
	}
	return chains
}

// remarks say where bash does something else.
func (b *bashScript) remarks() {
	for i := range b.plan.Channels {
		ch := &b.plan.Channels[i]
		if ch.Kind == ipc.KindPipe && ch.Channel.Capacity > 0 {
			b.line(fmt.Sprintf("# %s holds %d bytes in weir; bash leaves a pipe's capacity to the system.",
				plan.Visible(ch.Name), ch.Channel.Capacity))
		}
		if ch.Kind == ipc.KindFile && ch.Perm != 0 && ch.Perm != 0o666 {
			b.line(fmt.Sprintf("# %s is created with %#o in weir; bash creates files with 0666 less the umask.",
				plan.Visible(ch.Name), ch.Perm))
		}
	}
}

// makeNames makes the FIFOs of the run, and has them removed at the end. The script
// removes no name that was there before.
func (b *bashScript) makeNames() {
	for i := range b.plan.Channels {
		ch := &b.plan.Channels[i]
		if ch.Kind != ipc.KindFIFO || !ch.Create || !b.used(i) {
			continue
		}
		path := operand(ch.Channel.Path)
		b.line(fmt.Sprintf("mkfifo -m %o %s || exit", ch.Perm, path))
		b.trap("rm -f " + path)
	}
	for _, s := range b.order {
		if s.channel == standardChannel {
			continue
		}
		if kind := b.plan.Channels[s.channel].Kind; kind == ipc.KindPipe && !pipesByDescriptor || kind == ipc.KindMemory {
			b.line("weir_tmp=$(mktemp -d) || exit")
			b.trap(`rm -rf "$weir_tmp"`)
			return
		}
	}
}

func (b *bashScript) used(channel int) bool {
	for i := range b.plan.Stages {
		for _, end := range b.plan.Stages[i].AllEnds() {
			if end.Channel == channel {
				return true
			}
		}
	}
	return false
}

// operand quotes a path so that no program takes it for an option.
func operand(path string) string {
	if strings.HasPrefix(path, "-") {
		path = "./" + path
	}
	return shellQuote(path)
}

func (b *bashScript) trap(command string) {
	b.traps = append(b.traps, command)
	b.line("trap " + shellQuote(strings.Join(b.traps, "; ")) + " EXIT")
}

// openShared opens what the script itself opens. A FIFO is held open on both sides
// meanwhile, so that opening either does not wait.
func (b *bashScript) openShared() {
	done := map[int]bool{}
	for _, s := range b.order {
		n := b.hoisted[s]
		if s.channel == standardChannel {
			b.line(fmt.Sprintf("exec %d%s&%d", n, direction(s.fd > 0), s.fd))
			continue
		}
		ch := &b.plan.Channels[s.channel]
		switch ch.Kind {
		case ipc.KindPipe, ipc.KindFIFO:
			if done[s.channel] {
				continue
			}
			done[s.channel] = true
			b.openPipe(s.channel, ch)
		case ipc.KindMemory:
			path := b.tempPath(s.channel)
			b.line(printfText(ch.Data) + " >" + path)
			b.line(fmt.Sprintf("exec %d<%s", n, path))
		default:
			b.line(fmt.Sprintf("exec %d%s%s", n, b.openSign(s), shellQuote(ch.Channel.Path)))
		}
	}
}

// openPipe opens both sides of a pipe or FIFO.
func (b *bashScript) openPipe(channel int, ch *plan.PlannedChannel) {
	read, write := b.hoisted[shared(channel, false)], b.hoisted[shared(channel, true)]
	hold := b.free()
	path := shellQuote(ch.Channel.Path)
	if ch.Kind == ipc.KindPipe {
		if pipesByDescriptor {
			b.line(fmt.Sprintf("exec %d<> <(:) %d</dev/fd/%d %d>/dev/fd/%d %d>&-", hold, read, hold, write, hold, hold))
			return
		}
		path = b.tempPath(channel)
		b.line("mkfifo -m 600 " + path + " || exit")
	}
	b.line(fmt.Sprintf("exec %d<>%s %d<%s %d>%s %d>&-", hold, path, read, path, write, path, hold))
}

// tempPath is the name of a channel in the temporary folder.
func (b *bashScript) tempPath(channel int) string {
	name := b.plan.Channels[channel].Name
	if shellQuote(name) != name || strings.ContainsAny(name, "/.") || strings.HasPrefix(name, "-") {
		name = "channel." + strconv.Itoa(channel)
	}
	return `"$weir_tmp"/` + name
}

// closeShared closes the pipes once all stages have them. Readers see the end only when
// the last writer has gone.
func (b *bashScript) closeShared() {
	if closes := b.closings(map[int]bool{}); b.shared {
		b.line("exec" + closes)
	}
}

// closings closes the script's numbers but those in keep.
func (b *bashScript) closings(keep map[int]bool) string {
	var out strings.Builder
	for _, s := range b.order {
		if n := b.hoisted[s]; !keep[n] {
			fmt.Fprintf(&out, " %d%s&-", n, direction(s.writes || s.channel == standardChannel && s.fd > 0))
		}
	}
	return out.String()
}

func direction(writes bool) string {
	if writes {
		return ">"
	}
	return "<"
}

// openSign is how a file is opened: by the first end that needs it.
func (b *bashScript) openSign(s description) string {
	for i := range b.plan.Stages {
		for _, end := range b.plan.Stages[i].AllEnds() {
			if b.descriptionOf(i, &end) == s {
				return plan.Arrow(end.Mode)
			}
		}
	}
	return direction(s.writes)
}

// job is a pipeline to be run in the background. One of several stages gets a shell that
// waits for all of them and closes what they do not use.
func (b *bashScript) job(chain []int) string {
	if len(chain) == 1 {
		return b.stage(chain[0], true)
	}
	keep := map[int]bool{}
	stdin := ""
	for _, i := range chain {
		for k := range b.plan.Stages[i].Ends {
			s := b.descriptionOf(i, &b.plan.Stages[i].Ends[k])
			if n, has := b.hoisted[s]; has {
				keep[n] = true
			}
			if i == chain[0] && s == standardStream(0) {
				stdin = " <&0"
			}
		}
	}
	b.scope = keep
	defer func() { b.scope = nil }()
	return "{ " + b.pipeline(chain) + "; }" + stdin + b.closings(keep)
}

func (b *bashScript) pipeline(chain []int) string {
	parts := make([]string, len(chain))
	for k, i := range chain {
		parts[k] = b.stage(i, false)
	}
	return strings.Join(parts, " | ")
}

// stage is a command with its redirections. In the background bash makes stdin /dev/null,
// unless a redirection says otherwise.
func (b *bashScript) stage(i int, background bool) string {
	st := &b.plan.Stages[i]
	words := command(st)
	if st.Stage.Dir != "" {
		dir := st.Stage.Dir
		if !strings.HasPrefix(dir, "/") {
			dir = "./" + dir // neither an option nor looked for along CDPATH
		}
		words = "(cd " + shellQuote(dir) + " && exec " + words + ")"
	}
	redirections := b.redirect(i)
	if background && !slices.ContainsFunc(redirections, func(r string) bool { return strings.HasPrefix(r, "<") }) {
		redirections = slices.Insert(redirections, 0, "<&0")
	}
	return strings.Join(append([]string{words}, redirections...), " ")
}

// command is the program with its arguments, behind timeout(1) and env(1) where it needs them.
func command(st *plan.PlannedStage) string {
	var words []string
	if st.Timeout > 0 {
		words = append(words, "timeout", seconds(st.Timeout.Seconds()))
	}
	sets, removes := envChanges(st.Stage.Env)
	plain := st.Timeout == 0 && st.Stage.Dir == ""
	if len(sets)+len(removes) > 0 || plain && takenByBash(st.Argv) {
		words = append(words, "env")
		for _, k := range removes {
			words = append(words, "-u", shellQuote(k))
		}
		if len(sets) > 0 && strings.HasPrefix(sets[0], "-") || len(sets) == 0 && strings.HasPrefix(st.Argv[0], "-") {
			words = append(words, "--")
		}
		for _, kv := range sets {
			words = append(words, shellQuote(kv))
		}
	}
	if len(words) == 0 && st.Stage.Dir != "" && strings.HasPrefix(st.Argv[0], "-") {
		words = append(words, "--") // an operand of exec
	}
	words = append(words, commandWord(st.Argv[0]))
	if len(st.Argv) > 1 {
		words = append(words, shellWords(st.Argv[1:]))
	}
	return strings.Join(words, " ")
}

// redirect lists the redirections that give a stage its descriptors, and no others. Bash
// carries them out from left to right: one that replaces a descriptor comes after those
// that copy it.
func (b *bashScript) redirect(i int) []string {
	st := &b.plan.Stages[i]
	there := b.context(i)
	wanted := map[int]description{}
	for k := range st.Ends {
		wanted[st.Ends[k].FD] = b.descriptionOf(i, &st.Ends[k])
	}
	out := b.redirectReplaced(i, there, wanted)
	pending := slices.DeleteFunc(slices.Clone(st.Ends), func(e plan.PlannedEnd) bool {
		return there[e.FD] == wanted[e.FD] && has(there, e.FD)
	})
	for len(pending) > 0 {
		k := slices.IndexFunc(pending, func(e plan.PlannedEnd) bool { return !lost(there, wanted, pending, e.FD) })
		if k < 0 {
			// Each of them is copied by another: one is moved aside.
			fd, aside := pending[0].FD, b.free()
			for has(there, aside) {
				aside++
			}
			out = append(out, fmt.Sprintf("%d%s&%d", aside, direction(pending[0].Mode.Writes()), fd))
			there[aside] = there[fd]
			continue
		}
		end := pending[k]
		pending = slices.Delete(pending, k, k+1)
		out = append(out, b.redirection(there, wanted[end.FD], &end))
		there[end.FD] = wanted[end.FD]
	}
	for _, fd := range slices.Sorted(maps.Keys(there)) {
		if s := there[fd]; !has(wanted, fd) {
			out = append(out, fmt.Sprintf("%d%s&-", fd, direction(s.writes || s.channel == standardChannel && s.fd > 0)))
		}
	}
	return out
}

// redirectReplaced opens the files whose descriptors others take. It opens them at that
// descriptor if nothing is lost by it, else at another.
func (b *bashScript) redirectReplaced(i int, there, wanted map[int]description) (out []string) {
	st := &b.plan.Stages[i]
	for _, end := range st.Replaced {
		s := b.descriptionOf(i, &end)
		if _, hoisted := b.hoisted[s]; hoisted || b.plan.Channels[end.Channel].Kind == ipc.KindPipe {
			continue
		}
		if there[end.FD] == wanted[end.FD] || lost(there, wanted, st.Ends, end.FD) {
			for end.FD = b.free(); has(there, end.FD); {
				end.FD++
			}
		}
		out = append(out, b.redirection(there, s, &end))
		there[end.FD] = s
	}
	return out
}

func has(m map[int]description, fd int) bool {
	_, ok := m[fd]
	return ok
}

// lost reports whether replacing fd would lose the only copy of what another pending end
// is to have.
func lost(there, wanted map[int]description, pending []plan.PlannedEnd, fd int) bool {
	s, open := there[fd]
	if !open {
		return false
	}
	for other, at := range there {
		if other != fd && at == s {
			return false
		}
	}
	return slices.ContainsFunc(pending, func(e plan.PlannedEnd) bool { return e.FD != fd && wanted[e.FD] == s })
}

// redirection gives one descriptor: it copies one that is there, or opens a file.
func (b *bashScript) redirection(there map[int]description, s description, end *plan.PlannedEnd) string {
	number := func(sign string) string {
		if end.FD == 1 && sign[0] == '>' || end.FD == 0 && sign[0] == '<' {
			return sign
		}
		return strconv.Itoa(end.FD) + sign
	}
	for _, fd := range slices.Sorted(maps.Keys(there)) {
		if there[fd] == s {
			return number(direction(end.Mode.Writes())) + "&" + strconv.Itoa(fd)
		}
	}
	ch := &b.plan.Channels[s.channel]
	switch {
	case ch.Kind != ipc.KindMemory:
		return number(openFirst(ch, end)) + shellQuote(ch.Channel.Path)
	case len(ch.Data) == 0:
		return number("<") + "/dev/null"
	case hereString(ch.Data):
		return number("<<<") + shellQuote(string(ch.Data[:len(ch.Data)-1]))
	}
	return number("<") + " <(" + printfText(ch.Data) + ")"
}

// openFirst is the sign that opens a file or FIFO for an end.
func openFirst(ch *plan.PlannedChannel, end *plan.PlannedEnd) string {
	if ch.Kind == ipc.KindFIFO {
		return direction(end.Mode.Writes())
	}
	return plan.Arrow(end.Mode)
}
