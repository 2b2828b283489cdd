package ipc

import (
	"context"
	"os"
	"sync/atomic"
)

// Condition is where parties wait for a change of what a mutex protects. At 64
// of its region:
//
//	0  u32  changes with every signal, futex(2)
//	4  u32  parties that wait; one that was killed stays counted, and costs a
//	        system call with each signal
//
// As with pthread_cond_wait(3), who waits looks again at what it waits for: it may
// come back without a signal, and one that was given to a process that dies is
// lost.
type Condition struct {
	region *Region
	count  *uint32
	wait   *uint32
}

const conditionSize = 8

// CreateCondition makes a condition; without a name it is private.
func CreateCondition(name string, o NameOptions) (*Condition, error) {
	return conditionOf(createLock(KindCondition, name, conditionSize, 0, o))
}

// OpenCondition joins the condition that has the name.
func OpenCondition(name string) (*Condition, error) {
	return conditionOf(openLock(KindCondition, name, conditionSize))
}

// ConditionFromFile takes over the descriptor of a condition's region.
func ConditionFromFile(f *os.File, name string) (*Condition, error) {
	return conditionOf(lockFromFile(KindCondition, f, name, conditionSize))
}

func conditionOf(r *Region, err error) (*Condition, error) {
	if err != nil {
		return nil, err
	}
	return &Condition{r, word32(r.data, lockBody), word32(r.data, lockBody+4)}, nil
}

// Wait frees m, which the caller holds, waits for a signal until ctx ends, and
// takes m again whatever happens. ErrAbandoned is what taking it again gave; the
// error of ctx goes before it.
func (c *Condition) Wait(ctx context.Context, m *Mutex) error {
	before := atomic.LoadUint32(c.count)
	atomic.AddUint32(c.wait, 1)
	defer atomic.AddUint32(c.wait, ^uint32(0))
	if err := m.Unlock(); err != nil {
		return err
	}
	p := patient(ctx)
	var over error
	for atomic.LoadUint32(c.count) == before {
		left, err := p()
		if err != nil {
			over = c.fault("wait for", err)
			break
		}
		_ = futexWait(c.count, before, min(left, callPoll))
	}
	// A holder that dies is noticed; one that lives gives it back.
	err := m.Lock(context.Background())
	if over != nil {
		return over
	}
	return err
}

// Signal wakes one that waits.
func (c *Condition) Signal() { c.tell(1) }

// Broadcast wakes all that wait.
func (c *Condition) Broadcast() { c.tell(1 << 30) }

func (c *Condition) tell(n int) {
	atomic.AddUint32(c.count, 1)
	if atomic.LoadUint32(c.wait) != 0 {
		futexWake(c.count, n)
	}
}

func (c *Condition) fault(op string, err error) error { return &Error{op, c.Addr(), err} }

// Addr gives the condition's name.
func (c *Condition) Addr() Addr { return Addr{KindCondition, c.region.addr.Name} }

// File is the descriptor of its region.
func (c *Condition) File() *os.File { return c.region.file }

// Close gives the handle up.
func (c *Condition) Close() error { return c.region.Close() }
