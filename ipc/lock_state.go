package ipc

import "sync/atomic"

// LockState is what a lock is at one moment.
type LockState struct {
	Value  int // of a semaphore; of a barrier those that have come; of an event 1 if it is set
	Holder int // the process that holds a mutex; 0 is nobody, UnknownHolder one that the system does not tell
}

// UnknownHolder is the holder of a mutex where the system says only that it has one.
const UnknownHolder = -1

// Watched is a lock that tells its state, and waits for nobody meanwhile.
type Watched interface {
	State() (LockState, error)
}

// State says how many parties wait for the others.
func (b *Barrier) State() (st LockState, err error) {
	use, err := b.enter("read")
	if err != nil {
		return st, err
	}
	defer use.leave(&err)
	return LockState{Value: int(atomic.LoadUint32(b.arrived))}, nil
}
