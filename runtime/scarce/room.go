package scarce

import (
	"errors"
	goruntime "runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// ErrMemory is Lua's word for what Go cannot survive: where an allocation finds no memory
// the runtime ends the program. So this process counts what it has under a limit, and
// says no before the system does.
var ErrMemory = errors.New("not enough memory")

const (
	smallNeed = 64 << 10 // less than this is not asked for: the look after each collection sees it
	unlooked  = 1 << 20  // bytes that are given without a look
	margin    = 32 << 20 // so far above the limit no growth is taken for none; the limit keeps back twice as much
)

// room is what the heap may have under the limits of this process.
var room struct {
	once  sync.Once
	most  uint64        // 0 is no limit
	given atomic.Uint64 // since the last look
	full  atomic.Bool   // a collection has found no room since TakeFull was last asked
	told  atomic.Uint64 // what was in use when somebody was last told so; 0 once there was room again
}

// most reads the limits when memory first matters: a short script is over before.
func most() uint64 {
	room.once.Do(func() {
		if room.most = heapLimit(); room.most > 0 {
			debug.SetMemoryLimit(int64(room.most))
		}
	})
	return room.most
}

// HasRoom reports whether n bytes more can be had, by all that can be told.
func HasRoom(n int) bool {
	if n < smallNeed || n < unlooked && room.given.Add(uint64(n)) < unlooked {
		return true
	}
	room.given.Store(0)
	limit := most()
	return limit == 0 || fits(uint64(n), limit)
}

// fits looks at what is in use, and collects garbage where that could make room.
func fits(n, limit uint64) bool {
	var use goruntime.MemStats
	if goruntime.ReadMemStats(&use); use.HeapAlloc+n <= limit {
		return true
	}
	if n > limit {
		return false
	}
	goruntime.GC()
	if goruntime.ReadMemStats(&use); use.HeapAlloc+n <= limit {
		return true
	}
	room.told.Store(use.HeapAlloc) // by this answer
	return false
}

// TakeFull reports whether the heap is full and whoever asks is to be told. It is told of it
// once: until the heap has room again, or has grown.
func TakeFull() bool {
	if !room.full.Load() || !room.full.Swap(false) {
		return false
	}
	goruntime.GC() // what was found may be garbage by now
	var use goruntime.MemStats
	goruntime.ReadMemStats(&use)
	if !news(use.HeapAlloc, most()) {
		return false
	}
	room.told.Store(use.HeapAlloc)
	return true
}

// news reports whether the heap leaves no room with so much in use, and had more when that
// was last said.
func news(used, limit uint64) bool {
	if used+limit/8 <= limit {
		room.told.Store(0)
		return false
	}
	told := room.told.Load()
	return told == 0 || used > min(told, limit+margin)+limit/32
}

// sentinel is garbage always: its finalizer runs after each collection.
type sentinel struct{ _ *sentinel }

// WatchRoom has TakeFull tell from here on.
func WatchRoom() { goruntime.SetFinalizer(&sentinel{}, collected) }

func collected(s *sentinel) {
	limit := most()
	if limit == 0 {
		return
	}
	var use goruntime.MemStats
	if goruntime.ReadMemStats(&use); news(use.HeapAlloc, limit) {
		room.full.Store(true)
	}
	goruntime.SetFinalizer(&sentinel{}, collected)
}
