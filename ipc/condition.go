package ipc

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"
)

// Condition is where processes and threads wait until what a mutex protects has changed:
//
//	0  u32  changes with every signal, futex(2)
//	4  u32  waiters; one that was killed stays counted, and costs a system call with
//	        each signal
//
// As with pthread_cond_wait(3), a waiter may come back without a signal, and must look
// again at what it waits for. Every waiter comes back within 10 ms of any signal, so no
// signal is lost with a process that dies.
type Condition struct {
	*handle
	count   *uint32
	waiters *uint32
}

func init() {
	implement(KindCondition, operations{open: opener(OpenCondition), join: joiner(ConditionFromFile),
		create: func(a Addr, _ Spec, o NameOptions) (Object, error) { return object(CreateCondition(a.Name, o)) },
		use:    user(func(_ context.Context, c *Condition) error { return c.Signal() })})
}

// CreateCondition makes a condition. Without a name it is private.
func CreateCondition(name string, o NameOptions) (*Condition, error) {
	return conditionOf(createLock(KindCondition, name, ConditionSize, 0, o))
}

// OpenCondition joins the condition that has the name.
func OpenCondition(name string) (*Condition, error) {
	return conditionOf(openLock(KindCondition, name, ConditionSize))
}

// ConditionFromFile takes over the descriptor of a condition's region.
func ConditionFromFile(f *os.File, name string) (*Condition, error) {
	return conditionOf(lockFromFile(KindCondition, f, name, ConditionSize))
}

// ConditionAt gives the condition at an offset of a region: ConditionSize bytes,
// aligned to eight, that were zero at first.
func ConditionAt(r *Region, offset int) (*Condition, error) {
	return conditionOf(handleAt(KindCondition, r, offset, ConditionSize))
}

func conditionOf(h *handle, err error) (*Condition, error) {
	if err != nil {
		return nil, err
	}
	return &Condition{h, h.word32(0), h.word32(4)}, nil
}

// Wait is WaitUntil without a deadline.
func (c *Condition) Wait(ctx context.Context, m *Mutex) error {
	return c.WaitUntil(ctx, m, time.Time{})
}

// WaitUntil frees m, which the caller holds, and waits for a signal. The wait ends at the
// deadline, if that is not zero, or with ctx. Then it takes m again. ErrAbandoned says that
// the last holder of m did not unlock it; context.DeadlineExceeded may be joined to it. If
// ctx was cancelled, or c or m was closed, and another handle holds m, it returns without m.
func (c *Condition) WaitUntil(ctx context.Context, m *Mutex, deadline time.Time) (err error) {
	use, err := c.enter("wait for")
	if err != nil {
		return err
	}
	defer use.leave(&err)
	if !m.Held() {
		return c.fault("wait for", fmt.Errorf("its mutex must be locked, but %w", ErrNotHeld))
	}
	before := atomic.LoadUint32(c.count)
	atomic.AddUint32(c.waiters, 1)
	defer atomic.AddUint32(c.waiters, ^uint32(0))
	if err := m.Unlock(); err != nil {
		return err
	}
	over := c.sleep(ctx, before, deadline)
	err = c.relock(ctx, m, over)
	if over == nil || errors.Is(err, ErrAbandoned) {
		return errors.Join(err, over)
	}
	return over
}

// sleep waits for the count to change.
func (c *Condition) sleep(ctx context.Context, before uint32, deadline time.Time) error {
	limit, shown := c.untilDone(ctx), publishedBy(ctx)
	defer shown.End()
	for atomic.LoadUint32(c.count) == before {
		left, err := limit()
		if err == nil && !deadline.IsZero() {
			if left = min(left, time.Until(deadline)); left <= 0 {
				err = context.DeadlineExceeded
			}
		}
		if err != nil {
			return c.fault("wait for", err)
		}
		if left == forever {
			shown.at(KindCondition, c.count)
		}
		if futexWait(c.count, before, min(left, callPoll)) == nil {
			break // woken by a signal, maybe one from before this wait
		}
	}
	return nil
}

// relock takes m again. It waits for m even if the time of the wait is over: a holder that
// lives unlocks it, and one that dies is noticed.
func (c *Condition) relock(ctx context.Context, m *Mutex, over error) error {
	switch {
	case ctx.Err() != nil && ctx.Err() != context.DeadlineExceeded, errors.Is(over, os.ErrClosed):
		return m.TryLock()
	case ctx.Err() != nil:
		ctx = context.Background()
	}
	return m.Lock(ctx)
}

// Signal wakes one waiter.
func (c *Condition) Signal() error { return c.wake("signal", 1) }

// Broadcast wakes all waiters.
func (c *Condition) Broadcast() error { return c.wake("broadcast", 1<<30) }

func (c *Condition) wake(op string, n int) (err error) {
	use, err := c.enter(op)
	if err != nil {
		return err
	}
	defer use.leave(&err)
	atomic.AddUint32(c.count, 1)
	if atomic.LoadUint32(c.waiters) != 0 {
		futexWake(c.count, n)
	}
	return nil
}
