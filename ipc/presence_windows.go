package ipc

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/windows"
)

// Presence is how the parties of a channel of messages know of each other. Who may send has the object
// Local\weir-live.ID.w, who may receive Local\weir-live.ID.r. The system lets go of what a process had that
// died, and a name is gone with the last handle: so a name that is there says that somebody is.
//
// All parties have Local\weir-live.ID, a page:
//
//	 0  u32  how many have left word that they send: 2 is more than one
//	 4  u32  how often a party has let go of an end for a while
//	 8  u64  the last number of such a party
//	16       slots of 16 bytes: u64 number of a party, 0 is free; u64 its reason, twice, + 1 for the read end
//
// A party that is away has Local\weir-live.ID.NUMBER, so that its slot is void once it has died.
type Presence struct {
	name    string
	mapping windows.Handle
	page    []byte
}

const (
	presencePrefix = `Local\weir-live.`
	presenceSize   = 4096
	presenceSlot   = 16
)

// NewPresence makes one of which nobody has an end.
func NewPresence() (*Presence, error) { return openPresence(presencePrefix + rand.Text()) }

// PresenceOf gives the one of which a file is an end.
func PresenceOf(end *os.File) (*Presence, error) {
	name, _, ok := presenceEnd(end)
	if !ok {
		return nil, &Error{"open", Addr{Kind: KindMemory}, os.ErrInvalid}
	}
	return openPresence(name)
}

func openPresence(name string) (*Presence, error) {
	h, err := beThere(name)
	if err != nil {
		return nil, err
	}
	at, err := windows.MapViewOfFile(h, windows.FILE_MAP_READ|windows.FILE_MAP_WRITE, 0, 0, presenceSize)
	if err != nil {
		windows.CloseHandle(h)
		return nil, os.NewSyscallError("MapViewOfFile", err)
	}
	page := unsafe.Slice((*byte)(*(*unsafe.Pointer)(unsafe.Pointer(&at))), presenceSize)
	return &Presence{name, h, page}, nil
}

// Close lets go of the page, and of no end.
func (p *Presence) Close() {
	_ = windows.UnmapViewOfFile(uintptr(unsafe.Pointer(&p.page[0])))
	windows.CloseHandle(p.mapping)
}

// beThere makes or joins the object of a name.
func beThere(name string) (windows.Handle, error) {
	s, err := ownerOnly()
	if err != nil {
		return 0, err
	}
	at, err := windows.UTF16PtrFromString(name)
	if err != nil {
		return 0, err
	}
	h, err := windows.CreateFileMapping(windows.InvalidHandle, s.private, windows.PAGE_READWRITE, 0, presenceSize, at)
	if h == 0 {
		return 0, os.NewSyscallError("CreateFileMapping", err)
	}
	return h, nil
}

// isThere reports whether anybody has the object of a name.
func isThere(name string) bool {
	at, _ := windows.UTF16PtrFromString(name)
	h, err := openFileMapping(sectionQuery, at)
	if err == nil {
		windows.CloseHandle(h)
	}
	return err == nil
}

// presenceEnd gives the name of the presence of which a file is an end, and which end.
func presenceEnd(f *os.File) (name string, mode Mode, ok bool) {
	return presenceIn(objectNameOf(windows.Handle(f.Fd())))
}

func presenceIn(full string) (name string, mode Mode, ok bool) {
	_, bare, ok := strings.Cut(full, strings.TrimPrefix(presencePrefix, `Local`))
	bare, side, found := strings.Cut(bare, ".")
	if side == "w" {
		mode = Write
	}
	return presencePrefix + bare, mode, ok && found
}

func presenceSide(mode Mode) string {
	if mode.Writes() {
		return ".w"
	}
	return ".r"
}

// Hold gives an end. It can be inherited, as any file.
func (p *Presence) Hold(mode Mode) (*os.File, error) {
	h, err := beThere(p.name + presenceSide(mode))
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(h), "liveness"), nil
}

// Held reports whether anybody has an end of a side.
func (p *Presence) Held(mode Mode) bool { return isThere(p.name + presenceSide(mode)) }

// Word counts those who have left word that they send.
func (p *Presence) Word() *uint32 { return word32(p.page, 0) }

// Changes counts how often parties have let go for a while.
func (p *Presence) Changes() uint32 { return atomic.LoadUint32(word32(p.page, 4)) }

// Away is a party that has let go of an end for a while.
type Away struct {
	slot []byte
	mark windows.Handle
}

// Leave notes for which reason a party is going to close its end of a side.
func (p *Presence) Leave(mode Mode, because int64) (*Away, error) {
	number := atomic.AddUint64(word64(p.page, 8), 1)
	mark, err := beThere(p.awayName(number))
	if err != nil {
		return nil, err
	}
	for at := presenceSlot; at < presenceSize; at += presenceSlot {
		slot := p.page[at : at+presenceSlot]
		owner := atomic.LoadUint64(word64(slot, 0))
		if owner != 0 && isThere(p.awayName(owner)) || !atomic.CompareAndSwapUint64(word64(slot, 0), owner, number) {
			continue
		}
		atomic.StoreUint64(word64(slot, 8), awayReason(mode, because))
		atomic.AddUint32(word32(p.page, 4), 1) // before the end is closed: see Changes
		return &Away{slot, mark}, nil
	}
	windows.CloseHandle(mark)
	return nil, os.NewSyscallError("leave", windows.ERROR_NO_MORE_ITEMS)
}

func (p *Presence) awayName(number uint64) string {
	return p.name + ".a" + strconv.FormatUint(number, 16)
}

func awayReason(mode Mode, because int64) uint64 {
	reason := uint64(because) << 1
	if !mode.Writes() {
		reason++
	}
	return reason
}

// Back takes the note back, after the end was opened again, or for good.
func (a *Away) Back() {
	atomic.StoreUint64(word64(a.slot, 8), 0)
	atomic.StoreUint64(word64(a.slot, 0), 0)
	windows.CloseHandle(a.mark)
}

// AnyAway reports whether anybody but own has let go of an end of a side for a reason that is not excused.
func (p *Presence) AnyAway(mode Mode, own *Away, excused func(because int64) bool) bool {
	for at := presenceSlot; at < presenceSize; at += presenceSlot {
		slot := p.page[at : at+presenceSlot]
		number, reason := atomic.LoadUint64(word64(slot, 0)), atomic.LoadUint64(word64(slot, 8))
		if number == 0 || own != nil && &slot[0] == &own.slot[0] || reason&1 != awayReason(mode, 0) {
			continue
		}
		if !excused(int64(reason>>1)) && isThere(p.awayName(number)) {
			return true
		}
	}
	return false
}

// ID tells this presence from others.
func (p *Presence) ID() FileID { return nameID(p.name[len(`Local`):]) }

// PresenceSide tells of which presence a handle is an end, and of which side.
func PresenceSide(handle uintptr) (id FileID, writes, ok bool) {
	name, mode, ok := presenceIn(objectNameOf(windows.Handle(handle)))
	return nameID(name[len(`Local`):]), mode.Writes(), ok
}

// ObjectID tells the object of which a file is a handle from others; the zero value has no name.
func ObjectID(f *os.File) (id FileID) {
	if f == nil {
		return id
	}
	return ObjectOf(f.Fd())
}

// ObjectOf is ObjectID of a handle. Both ends of a presence have its ID.
func ObjectOf(handle uintptr) (id FileID) {
	full := objectNameOf(windows.Handle(handle))
	if full == "" {
		return id
	}
	if name, _, ok := presenceIn(full); ok {
		full = name[len(`Local`):]
	}
	return nameID(full)
}

func nameID(name string) FileID {
	sum := sha256.Sum256([]byte(name))
	return FileID{Dev: binary.NativeEndian.Uint64(sum[:]), Ino: binary.NativeEndian.Uint64(sum[8:])}
}
