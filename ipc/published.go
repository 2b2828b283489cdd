package ipc

import (
	"bytes"
	"context"
	"encoding/binary"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"unsafe"
)

// A process publishes each of its waits that has no limit, once it really sleeps, so that
// another process can see what it waits for. The table is one page of memory without a name,
// which the process maps at its first such wait; proc_pid_maps(5) shows it as
// /memfd:weir-waits. Each of its entries has 64 bytes:
//
//	 0  u32  number of the wait: no other wait of the process has it; 0 is no wait
//	 4  u32  how often it has looked since it began, and could not go on
//	 8  u32  which of the process's parties waits, if it tells them apart
//	12  u32  for what: see WaitKind
//	16  u64  address of the word of a lock; device of a pipe, or of the liveness pipe of a channel of messages
//	24  u64  inode of that pipe
//	32  u32  messages that are in the channel, + 1; 0 is not known
//	36  u32  messages that it holds
//	40  u64  device of the file in which the channel lies, where others than those at the pipe may end the wait; else 0
//	48  u64  inode of that file
//	56  u32  descriptor of the pipe
//	60  u32  1 if the channel has a name
//
// Whoever reads two tables twice, and finds the same numbers with other counts of looks,
// knows a moment at which both waited and neither could go on.
const (
	waitsName    = "weir-waits"
	waitsSize    = 4096
	waitSlot     = 64
	waitsMapping = "/memfd:" + waitsName
)

// WaitKind says for what a published wait waits.
type WaitKind uint32

const (
	WaitMessage  WaitKind = iota + 1 // a message from a process that holds a write end of the liveness pipe
	WaitRoom                         // room, made by a process that holds a read end of the liveness pipe
	WaitData                         // bytes in a pipe, from a process that holds a write end
	WaitSpace                        // space in a pipe, made by a process that holds a read end
	WaitChildren                     // the processes that it has started
	WaitNone                         // no wait: the process has runs of its own, and something else goes on in it
	waitAtLock                       // from here on: a lock, by the place of its kind in the table of kinds
)

// waitAt is a wait at a lock of a kind.
func waitAt(k Kind) WaitKind {
	return waitAtLock + WaitKind(slices.IndexFunc(mechanisms, func(m mechanism) bool { return m.kind == k }))
}

// Lock is the kind of lock at which the wait is. It is empty at a channel of messages.
func (k WaitKind) Lock() Kind {
	if i := int(k) - int(waitAtLock); i >= 0 && i < len(mechanisms) {
		return mechanisms[i].kind
	}
	return ""
}

// Wait is a wait without a limit that a process has published.
type Wait struct {
	Number, Looks uint32
	Party         uint32
	Kind          WaitKind
	Address       uint64 // of the word of a lock
	Liveness      FileID // of WaitMessage and WaitRoom; the pipe, of WaitData and WaitSpace
	// File is that of a channel at which others than those at its liveness pipe may end the wait: whoever has
	// the file, and with a name any process that opens it. On Windows it is the object of a lock, too.
	File           FileID
	Named          bool
	Fill, Capacity int // messages in the channel, and those it holds; a negative Fill is not known
	FD             int // of WaitData and WaitSpace
}

// waits is this process's table.
var waits struct {
	sync.Mutex
	page []byte
	last uint32
}

// Published is a wait of this process that others see until End.
type Published struct {
	Party uint32 // which of the process's parties waits
	slot  []byte
}

// publishedBy is a wait of the party that a context names, if it names one.
func publishedBy(ctx context.Context) (p Published) {
	if c, ok := ctx.(interface{ Party() uint32 }); ok {
		p.Party = c.Party()
	}
	return p
}

// Show publishes a wait at its first call. Each later call counts that the wait has looked
// once more, and could not go on. Number, Looks and Party are filled in here.
func (p *Published) Show(w Wait) {
	if p.slot != nil {
		atomic.AddUint32(word32(p.slot, 4), 1)
		return
	}
	waits.Lock()
	defer waits.Unlock()
	if waits.page == nil {
		waits.page, _ = mapWaits() // without it nothing is published
	}
	for page := waits.page; len(page) > 0; page = page[waitSlot:] {
		slot := page[:waitSlot]
		if atomic.LoadUint32(word32(slot, 0)) != 0 {
			continue
		}
		if waits.last++; waits.last == 0 {
			waits.last++
		}
		*word32(slot, 4), *word32(slot, 8), *word32(slot, 12) = 0, p.Party, uint32(w.Kind)
		*word64(slot, 16), *word64(slot, 24) = w.Address, w.Liveness.Ino
		if w.Address == 0 {
			*word64(slot, 16) = w.Liveness.Dev
		}
		*word64(slot, 40), *word64(slot, 48), *word32(slot, 60) = w.File.Dev, w.File.Ino, 0
		if w.Named {
			*word32(slot, 60) = 1
		}
		*word32(slot, 32), *word32(slot, 36), *word32(slot, 56) = uint32(w.Fill+1), uint32(w.Capacity), uint32(w.FD)
		atomic.StoreUint32(word32(slot, 0), waits.last)
		p.slot = slot
		return
	}
}

// at publishes a wait at the word of a lock.
func (p *Published) at(k Kind, word *uint32) {
	w := Wait{Kind: waitAt(k), Address: uint64(uintptr(unsafe.Pointer(word)))}
	w.File, w.Named = objectOfWord(word)
	p.Show(w)
}

// Shown reports whether the wait is published: a process has room for some sixty.
func (p *Published) Shown() bool { return p.slot != nil }

// End takes the wait back.
func (p *Published) End() {
	if p.slot != nil {
		atomic.StoreUint32(word32(p.slot, 0), 0)
		p.slot = nil
	}
}

// WaitsOf reads what a process has published. maps is its /proc/PID/maps.
func WaitsOf(pid int, maps []byte) []Wait {
	if address, ok := WaitsAddress(maps); ok {
		return WaitsAt(pid, address)
	}
	return nil
}

// WaitsAddress finds where a process publishes its waits: the same place while it lives.
func WaitsAddress(maps []byte) (address uint64, ok bool) {
	for line := range bytes.Lines(maps) {
		if !bytes.Contains(line, []byte(waitsMapping)) {
			continue
		}
		from, _, _ := bytes.Cut(line, []byte("-"))
		address, err := strconv.ParseUint(string(from), 16, 64)
		return address, err == nil
	}
	return 0, false
}

// WaitsAt is WaitsOf where the place is known.
func WaitsAt(pid int, address uint64) (list []Wait) {
	page := make([]byte, waitsSize)
	if !readMemory(pid, address, page) {
		return nil
	}
	return waitsIn(page)
}

// waitsIn reads a table.
func waitsIn(page []byte) (list []Wait) {
	for ; len(page) > 0; page = page[waitSlot:] {
		word := func(at int) uint32 { return binary.NativeEndian.Uint32(page[at:]) }
		w := Wait{Number: word(0), Looks: word(4), Party: word(8), Kind: WaitKind(word(12)),
			Fill: int(word(32)) - 1, Capacity: int(word(36)), FD: int(word(56))}
		if w.Number == 0 {
			continue
		}
		if a := binary.NativeEndian.Uint64(page[16:]); w.Kind.Lock() != "" {
			w.Address = a
		} else {
			w.Liveness = FileID{Dev: a, Ino: binary.NativeEndian.Uint64(page[24:])}
		}
		w.File = FileID{Dev: binary.NativeEndian.Uint64(page[40:]), Ino: binary.NativeEndian.Uint64(page[48:])}
		w.Named = word(60) != 0
		list = append(list, w)
	}
	return list
}

// LockHolder gives the process that holds the lock whose word is at an address of a
// process; 0 is nobody.
func LockHolder(pid int, address uint64) (holder int) {
	var low [4]byte
	if !readMemory(pid, address, low[:]) {
		return 0
	}
	return int(binary.NativeEndian.Uint32(low[:]) & lockPID)
}
