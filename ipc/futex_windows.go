//go:build !polled

package ipc

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// WaitOnAddress does not reach other processes. So beside each region there is a page, where
// those who wait at a word of it are counted, and a semaphore for each such word. Both have
// names that are made of the region's, so that all who have the region find them. The page
// has 256 entries, which are searched from the place on that the offset gives:
//
//	0  u64  offset of the word in its region, + 1; 0 is free. It never changes again
//	8  u32  how many wait at the word, and nobody has woken yet
//
// Whoever wakes takes from the count what it gives to the semaphore. A waiter that dies stays
// counted, so its wake is left in the semaphore, and another wait is over too early: all
// waiters look again. Where an entry is not to be had, a waiter polls.

const (
	parkSize    = 4096
	parkEntry   = 16
	parkEntries = parkSize / parkEntry
	parkProbes  = 32
)

// parking is where waits at the words of one mapping are counted.
type parking struct {
	from, to   uintptr
	name       string // before the number of an entry; empty if the region has no name
	id         FileID // of the region
	named      bool   // others may open it by its name
	once       sync.Once
	mapping    windows.Handle
	page       []byte
	semaphores [parkEntries]atomic.Uintptr
}

// parkings are those of this process, by their addresses.
var parkings struct {
	sync.RWMutex
	list []*parking
}

// parkAt has words of a mapping be waited at. The page is made with the first wait.
func parkAt(data []byte, region windows.Handle) {
	from := uintptr(unsafe.Pointer(&data[0]))
	p := &parking{from: from, to: from + uintptr(len(data))}
	if full := objectNameOf(region); full != "" {
		space := "Local"
		if strings.HasPrefix(full, `\BaseNamedObjects\`) {
			space = "Global"
		}
		sum := sha256.Sum256([]byte(full))
		p.id, p.named = nameID(full), !isPrivate(full)
		p.name = space + `\weir-wait.` + hex.EncodeToString(sum[:16]) + "."
	}
	parkings.Lock()
	defer parkings.Unlock()
	i, _ := slices.BinarySearchFunc(parkings.list, from, (*parking).compare)
	parkings.list = slices.Insert(parkings.list, i, p)
}

// compare orders mappings by their addresses.
func (p *parking) compare(at uintptr) int { return cmp.Compare(p.from, at) }

// parkingOf gives the parking of a word, or nil.
func parkingOf(addr *uint32) *parking {
	at := uintptr(unsafe.Pointer(addr))
	parkings.RLock()
	defer parkings.RUnlock()
	i, found := slices.BinarySearchFunc(parkings.list, at, (*parking).compare)
	if !found {
		i--
	}
	if i < 0 || at >= parkings.list[i].to {
		return nil
	}
	return parkings.list[i]
}

// unpark gives up the parking of a mapping, at whose words nobody of this process waits.
func unpark(data []byte) {
	p := parkingOf((*uint32)(unsafe.Pointer(&data[0])))
	parkings.Lock()
	parkings.list = slices.DeleteFunc(parkings.list, func(q *parking) bool { return q == p })
	parkings.Unlock()
	for i := range p.semaphores {
		if h := p.semaphores[i].Load(); h != 0 {
			windows.CloseHandle(windows.Handle(h))
		}
	}
	if p.page != nil {
		windows.UnmapViewOfFile(uintptr(unsafe.Pointer(&p.page[0])))
	}
	if p.mapping != 0 {
		windows.CloseHandle(p.mapping)
	}
}

// open maps the page.
func (p *parking) open() {
	s, err := ownerOnly()
	if err != nil || p.name == "" {
		return
	}
	name, _ := windows.UTF16PtrFromString(p.name + "page")
	p.mapping, _ = windows.CreateFileMapping(windows.InvalidHandle, s.private, windows.PAGE_READWRITE, 0, parkSize, name)
	if p.mapping == 0 || checkOwner(p.mapping) != nil {
		return
	}
	at, err := windows.MapViewOfFile(p.mapping, windows.FILE_MAP_READ|windows.FILE_MAP_WRITE, 0, 0, parkSize)
	if err == nil {
		p.page = unsafe.Slice((*byte)(*(*unsafe.Pointer)(unsafe.Pointer(&at))), parkSize)
	}
}

// entry gives the number of a word's entry, or -1. With take it takes a free one.
func (p *parking) entry(addr *uint32, take bool) int {
	p.once.Do(p.open)
	if p.page == nil {
		return -1
	}
	key := uint64(uintptr(unsafe.Pointer(addr))-p.from) + 1
	first := int(key / 4 * 0x9e3779b1 >> 8)
	for i := range parkProbes {
		n := (first + i) % parkEntries
		word := word64(p.page, n*parkEntry)
		switch now := atomic.LoadUint64(word); {
		case now == key:
			return n
		case now != 0:
		case !take:
			return -1
		case atomic.CompareAndSwapUint64(word, 0, key) || atomic.LoadUint64(word) == key:
			return n
		}
	}
	return -1
}

// semaphore gives that of an entry, or 0.
func (p *parking) semaphore(n int) windows.Handle {
	if h := p.semaphores[n].Load(); h != 0 {
		return windows.Handle(h)
	}
	s, err := ownerOnly()
	if err != nil {
		return 0
	}
	name, _ := windows.UTF16PtrFromString(p.name + strconv.Itoa(n))
	h, _ := createSemaphore(s.private, 0, 1<<30, name)
	if h != 0 && !p.semaphores[n].CompareAndSwap(0, uintptr(h)) {
		windows.CloseHandle(h)
		return windows.Handle(p.semaphores[n].Load())
	}
	return h
}

func (p *parking) waiters(n int) *uint32 { return word32(p.page, n*parkEntry+8) }

// takeWaiters takes up to most from the count of waiters, and gives how many those were.
func takeWaiters(count *uint32, most int) int {
	for {
		now := atomic.LoadUint32(count)
		n := min(now, uint32(most))
		if n == 0 || atomic.CompareAndSwapUint32(count, now, now-n) {
			return int(n)
		}
	}
}

// futexWait is that of futex_linux.go, for words in regions.
func futexWait(addr *uint32, val uint32, timeout time.Duration) error {
	p := parkingOf(addr)
	if p == nil {
		return pollWord(addr, val, timeout)
	}
	n := p.entry(addr, true)
	if n < 0 {
		return pollWord(addr, val, timeout)
	}
	semaphore, count := p.semaphore(n), p.waiters(n)
	if semaphore == 0 {
		return pollWord(addr, val, timeout)
	}
	atomic.AddUint32(count, 1)
	if atomic.LoadUint32(addr) != val {
		takeWaiters(count, 1)
		return windows.ERROR_RETRY
	}
	ms := uint32(windows.INFINITE)
	if timeout >= 0 {
		ms = milliseconds(timeout)
	}
	if event, err := windows.WaitForSingleObject(semaphore, ms); event == windows.WAIT_OBJECT_0 {
		return nil
	} else if err != nil {
		takeWaiters(count, 1)
		return err
	}
	if takeWaiters(count, 1) == 0 {
		_, _ = windows.WaitForSingleObject(semaphore, 0) // it was woken at this moment
		return nil
	}
	return windows.WAIT_TIMEOUT
}

// futexWake wakes up to n waiters at addr, and gives how many it woke.
func futexWake(addr *uint32, n int) int {
	p := parkingOf(addr)
	if p == nil {
		return n // whoever waits polls
	}
	e := p.entry(addr, false)
	if e < 0 {
		return n
	}
	if n = takeWaiters(p.waiters(e), n); n > 0 {
		_ = releaseSemaphore(p.semaphore(e), int32(n)) // too many are there already
	}
	return n
}
