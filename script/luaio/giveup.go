package luaio

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/runtime/scarce"
)

// ErrGivenUp is the cause of a Stop where the state's context has ended.
var ErrGivenUp = errors.New("interrupted")

// Stop ends a read or a write that must not be taken for one that came to the end of its
// file. Every call raises it, by Streams.Raise, also those that return other errors.
type Stop struct{ Err error }

func (s *Stop) Error() string { return s.Err.Error() }

// Unwrap gives the cause.
func (s *Stop) Unwrap() error { return s.Err }

// alarm wakes who waits in poll(2) when the context ends: the reading end of a pipe whose
// other end is closed then. It is made for the first wait.
type alarm struct {
	r, w *os.File
	stop func() bool
}

// SetContext has the waits of the state's files, and those of a popen, end with ctx.
func (s *Streams) SetContext(ctx context.Context) {
	if a := &s.alarm; a.stop != nil {
		if !a.stop() {
			a.close()
		}
		a.stop = nil
	}
	s.ctx = ctx
}

func (a *alarm) close() {
	if a.r != nil {
		a.r.Close()
		a.w.Close()
	}
	a.r, a.w = nil, nil
}

// set gives what can be read once ctx has ended; nil where no pipe can be had.
func (a *alarm) set(ctx context.Context) *os.File {
	if a.r == nil {
		var err error
		if a.r, a.w, err = ipc.Pipe(0); err != nil {
			a.r, a.w = nil, nil
			return nil
		}
	}
	if a.stop == nil {
		w := a.w
		a.stop = context.AfterFunc(ctx, func() { w.Close() })
	}
	return a.r
}

// givenUp is a Stop once the state's context has ended.
func (s *Streams) givenUp() error {
	if s != nil && s.ctx != nil && s.ctx.Err() != nil {
		return &Stop{ErrGivenUp}
	}
	return nil
}

// Own has a file that is no Lua value wait as the state's own do.
func (s *Streams) Own(f *File) *File {
	f.owner = s
	return f
}

// mayStop reports whether the state's context may end while the file waits, or Wake its wait.
func (f *File) mayStop() bool {
	s := f.owner
	return s != nil && s.ctx != nil && (s.ctx.Done() != nil || s.Broken != nil)
}

// alarmPoll is how long a wait without an alarm sleeps, before it looks by itself
// whether the context has ended.
const alarmPoll = 50 * time.Millisecond

// await sleeps until a read, or a write, would not. A Stop ends it with the context, and
// os.ErrDeadlineExceeded when the time is over; the zero time is no limit.
func (f *File) await(write bool, until time.Time) error {
	s := f.owner
	mayStop := f.mayStop()
	if !mayStop && until.IsZero() || f.stat().regular {
		return nil
	}
	for {
		var wake *os.File
		limit := time.Duration(-1)
		if mayStop {
			if err := s.givenUp(); err != nil {
				return err
			}
			if wake = s.alarm.set(s.ctx); wake == nil {
				limit = alarmPoll
			}
		}
		if left := max(time.Until(until), 0); !until.IsZero() && (limit < 0 || left < limit) {
			limit = left
		}
		over := func() {}
		if until.IsZero() {
			over = f.waits(write)
		}
		ok, err := ready(f.f, write, wake, limit)
		over()
		if ok || err != nil {
			return err
		}
		if err := f.broken(); err != nil {
			return err
		}
		if !until.IsZero() && !time.Now().Before(until) {
			return os.ErrDeadlineExceeded
		}
	}
}

// Wake ends the wait of a file that Waits was told of, from another goroutine, before it has ended.
func (s *Streams) Wake() {
	if s.alarm.w != nil {
		s.alarm.w.Close()
	}
}

// broken is a Stop where Wake has ended the wait.
func (f *File) broken() error {
	s := f.owner
	if s == nil || s.Broken == nil {
		return nil
	}
	why := s.Broken()
	if why == nil {
		return nil
	}
	s.SetContext(s.ctx)
	s.alarm.close()
	return &Stop{why}
}

// waits tells that a read, or a write, begins that may wait without a limit.
func (f *File) waits(write bool) (ended func()) {
	if f.owner == nil || f.owner.Waits == nil || f.stat().regular {
		return func() {}
	}
	return f.owner.Waits(f, write)
}

// transferPlain is transfer where all of it is taken for a wait.
func (f *File) transferPlain(write bool, b []byte) (int, error) {
	defer f.waits(write)()
	if write {
		return f.f.Write(b)
	}
	return f.f.Read(b)
}

// ended says what it means that a read or a write gave nothing: a Stop where the state is
// to give up, or where whoever is at the other end did not end as it should.
func (f *File) ended(err error) error {
	if err == nil {
		err = io.EOF
	}
	if f.stat().regular {
		return err
	}
	if stop := f.owner.givenUp(); stop != nil {
		return stop
	}
	if f.Ended != nil {
		if why := f.Ended(); why != nil {
			return &Stop{why}
		}
	}
	return err
}

// Need raises Lua's error where n bytes more cannot be had.
func Need(L *lua.LState, n int) {
	if !scarce.HasRoom(n) {
		RaiseStop(L, scarce.ErrMemory)
	}
}

// RaiseStop raises a Stop, or that memory is used up, and returns where err is neither.
func RaiseStop(L *lua.LState, err error) {
	if errors.Is(err, scarce.ErrMemory) {
		RaiseBare(L, "%s", scarce.ErrMemory.Error())
	}
	var stop *Stop
	if !errors.As(err, &stop) {
		return
	}
	if holder, ok := L.Get(lua.RegistryIndex).(*lua.LTable).RawGet(streamsKey).(*lua.LUserData); ok {
		if s := holder.Value.(*Streams); s.Raise != nil {
			s.Raise(L, stop.Err)
		}
	}
	Raise(L, "%s", stop.Error())
}
