package script

import "weir/ipc"

// brokenOff is why a channel of the script's has come to its end before its time: a job
// that has it was stopped, or a stage of the job has failed. A job breaks nothing off if
// the script has seen how it ended, or has killed it, or does not check it.
func brokenOff(vm *VM, c *channel) error {
	for _, j := range vm.jobs {
		if j.asked || !j.opts.check || !j.lo.has(c) {
			continue
		}
		if err := j.failedSoFar(); err != nil {
			return err
		}
	}
	if e := vm.waits.deadlock; e != nil {
		vm.waits.deadlock = nil
		return e
	}
	return nil
}

// brokenWait is what a wait ends with whose other side has left before its time.
type brokenWait struct{ error }

// left is why a wait at a channel that outsiders may use is over all the same: the last
// of weir's at the other side has left before its time. A connection has an end that says so.
func (m *messageChannel) left(vm *VM, mode ipc.Mode) error {
	if m.private() || m.addr().Kind == ipc.KindUnixpacket || !m.live.alone(mode) {
		return nil
	}
	if err := brokenOff(vm, &channel{opened: &opened{msg: m}}); err != nil {
		return brokenWait{err}
	}
	return nil
}

// has reports whether a run has a channel of messages, or the other side of its connection.
func (ro *runObjects) has(m *messageChannel) bool {
	if _, yes := ro.channels[m]; yes {
		return true
	}
	for o := range ro.channels {
		peer, ok := o.(*messageChannel)
		if ok && peer.listens != m.listens && peer.addr().Kind == ipc.KindUnixpacket &&
			linkOf(peer.addr(), "") == linkOf(m.addr(), "") {
			return true
		}
	}
	return false
}

// failedSoFar is why a job has failed that may go on.
func (j *job) failedSoFar() error {
	out := j.run.SoFar()
	if out.OK || j.meant(out) {
		return nil
	}
	if j.run.Stopped() {
		<-j.run.Done()
	}
	select {
	case <-j.run.Done():
		if p, err := j.end(); err != nil {
			return err
		} else if p != nil {
			return p
		}
		return nil
	default:
	}
	j.asked = true
	s := j.failed(out)
	if s == nil {
		return nil
	}
	j.lo.outcomes.read(j.run, s.Name)
	return j.stageProblem(out, s)
}
