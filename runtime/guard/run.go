package guard

import (
	"os"
	"strings"
	"syscall"

	"weir/runtime/plan"
)

// Run is a run as the guard knows it: the processes of its stages, and all that these
// start.
type Run struct {
	link *Link
	id   uint64
}

// Begin makes a run known on both sides. Stages follow, and then Started.
func (l *Link) Begin(id uint64, listener Listener) (*Run, error) {
	l.mu.Lock()
	l.runs[id] = listener
	l.mu.Unlock()
	r := &Run{l, id}
	err := r.send(msgBegin, id)
	if err == nil {
		return r, nil
	}
	l.mu.Lock()
	delete(l.runs, id)
	l.mu.Unlock()
	<-l.lost
	if l.cause != nil {
		err = l.cause
	}
	return nil, err
}

// Started says that the stages of the run's start are all on their way.
func (r *Run) Started() error { return r.send(msgStarted, r.id) }

// Signal sends a signal to every process group of the run.
func (r *Run) Signal(sig syscall.Signal) error { return r.send(msgKill, r.id, 0, uint64(sig)) }

// SignalStage sends a signal to the process of one stage.
func (r *Run) SignalStage(stage int, sig syscall.Signal) error {
	return r.send(msgKill, r.id, uint64(stage)+1, uint64(sig))
}

// SignalTree sends a signal to the process of a stage, and to all that it has started.
func (r *Run) SignalTree(stage int, sig syscall.Signal) error {
	return r.send(msgKillTree, r.id, uint64(stage), uint64(sig))
}

// Finish kills what is left of a run whose stages have exited. The listener hears Swept, or
// Lost if the guard is gone.
func (r *Run) Finish() { _ = r.send(msgFinish, r.id) }

// Guard is the number of the guard's process, 0 where it is none.
func (r *Run) Guard() int { return r.link.system.process() }

// send sends one message of numbers.
func (r *Run) send(kind byte, values ...uint64) error {
	return r.link.system.send(batched(message(kind, values...)), nil)
}

// Slot is the number by which the guard keeps a descriptor; 0 is none.
type Slot uint64

// Batch is messages on their way to the guard, and the descriptors that go along. Nothing
// is sent before Flush, unless it grows large.
type Batch struct {
	run   *Run
	buf   packet
	fds   []int
	files []*os.File // closed when they were sent
	grown int        // the size at which it is sent: small at first, so that the guard begins early

	envs   map[string]uint64
	last   *string // the first string of the environment numbered lastID
	lastID uint64
}

const firstBatch = 1 << 10

// Batch makes one for the run.
func (r *Run) Batch() *Batch { return &Batch{run: r, envs: map[string]uint64{}} }

func (b *Batch) add(msg packet) error {
	b.buf.add(msg)
	if len(b.buf) > max(b.grown, firstBatch) || len(b.fds) > plan.MaxDescriptors/2 {
		b.grown = min(2*max(b.grown, firstBatch), maxDatagram/2)
		return b.Flush()
	}
	return nil
}

// Flush sends what is not sent yet.
func (b *Batch) Flush() error {
	var err error
	if len(b.buf) > 0 {
		err = b.run.link.system.send(b.buf, b.fds)
	}
	for _, f := range b.files {
		f.Close()
	}
	b.buf, b.fds, b.files = b.buf[:0], b.fds[:0], b.files[:0]
	return err
}

// Pipe has the guard make a pipe that only stages use.
func (b *Batch) Pipe(capacity int) (read, write Slot, err error) {
	r, w := b.run.link.number(), b.run.link.number()
	return Slot(r), Slot(w), b.add(message(msgPipe, r, w, uint64(capacity)))
}

// Give passes a copy of f's descriptor on, into the slot returned. f must stay open until
// it is sent: see CloseLater. A closed file is an error here: sent, it would be the link's end.
func (b *Batch) Give(f *os.File) (Slot, error) {
	fd := descriptorOf(f)
	if fd == ^uintptr(0) {
		return 0, &os.PathError{Op: "pass on", Path: f.Name(), Err: os.ErrClosed}
	}
	slot := b.run.link.number()
	b.fds = append(b.fds, int(fd))
	return Slot(slot), b.add(message(msgDescriptor, slot))
}

// CloseLater closes f when its copies are on their way.
func (b *Batch) CloseLater(f *os.File) { b.files = append(b.files, f) }

// Close closes the guard's copy of a descriptor.
func (b *Batch) Close(slot Slot) error { return b.add(message(msgClose, uint64(slot))) }

// Environment gives the number by which the guard knows env. Stages that change nothing
// share one slice, whose first element is enough to know it.
func (b *Batch) Environment(env []string) (uint64, error) {
	if len(env) > 0 && b.last == &env[0] {
		return b.lastID, nil
	}
	content := strings.Join(env, "\x00")
	id, known := b.envs[content]
	if !known {
		id = b.run.link.number()
		b.envs[content] = id
		p := message(msgEnv, b.run.id, id)
		p.strings(env)
		if err := b.add(p); err != nil {
			return 0, err
		}
	}
	if len(env) > 0 {
		b.last, b.lastID = &env[0], id
	}
	return id, nil
}

// Spawn starts a stage. The listener hears how that went.
func (b *Batch) Spawn(s *Spawn) error {
	s.run = b.run.id
	return b.add(s.pack())
}
