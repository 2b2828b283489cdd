package edit

import (
	"io"
	"syscall"
	"time"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"

	"golang.org/x/sys/windows"
)

// enterRaw has the console give keys as a terminal does, by virtual terminal sequences, and take such sequences.
func (e *Editor) enterRaw() error {
	in, out := windows.Handle(e.inFD), windows.Handle(e.outFD)
	var inMode, outMode uint32
	if err := windows.GetConsoleMode(in, &inMode); err != nil {
		return err
	}
	if err := windows.GetConsoleMode(out, &outMode); err != nil {
		return err
	}
	raw := inMode&^(windows.ENABLE_LINE_INPUT|windows.ENABLE_ECHO_INPUT|windows.ENABLE_PROCESSED_INPUT) |
		windows.ENABLE_VIRTUAL_TERMINAL_INPUT | windows.ENABLE_WINDOW_INPUT
	if err := windows.SetConsoleMode(in, raw); err != nil {
		return err
	}
	shown := outMode | windows.ENABLE_PROCESSED_OUTPUT | windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING
	if err := windows.SetConsoleMode(out, shown); err != nil {
		_ = windows.SetConsoleMode(in, inMode)
		return err
	}
	e.mu.Lock()
	e.restore = func() {
		_ = windows.SetConsoleMode(in, inMode)
		_ = windows.SetConsoleMode(out, outMode)
	}
	e.mu.Unlock()
	_, err := io.WriteString(e.out, pastesOn)
	return err
}

// enterRawAgain is never needed: no process is stopped here.
func (e *Editor) enterRawAgain() {}

// signals has nothing to wait for: that the window has another size is among the keys.
func (e *Editor) signals() (stop func()) { return func() {} }

// waker wakes the loop by an event. It has what was taken from the console, and not read yet.
type waker struct {
	event windows.Handle
	rest  []byte
	first rune // the first half of a character
}

func newWaker() (*waker, error) {
	h, err := windows.CreateEvent(nil, 0, 0, nil)
	return &waker{event: h}, err
}

func (w *waker) ring() { _ = windows.SetEvent(w.event) }

// drain has nothing to take: the event resets itself.
func (w *waker) drain() {}

func (w *waker) close() error { return windows.CloseHandle(w.event) }

var (
	kernel32         = windows.NewLazySystemDLL("kernel32.dll")
	peekConsoleInput = kernel32.NewProc("PeekConsoleInputW")
	readConsoleInput = kernel32.NewProc("ReadConsoleInputW")
)

// inputRecord is an event of the console, of which only a key's has these fields:
//
//	typedef struct _INPUT_RECORD { WORD EventType; union { KEY_EVENT_RECORD KeyEvent; ... } Event; } INPUT_RECORD;
//	typedef struct _KEY_EVENT_RECORD {
//	  BOOL bKeyDown; WORD wRepeatCount; WORD wVirtualKeyCode; WORD wVirtualScanCode;
//	  union { WCHAR UnicodeChar; CHAR AsciiChar; } uChar; DWORD dwControlKeyState;
//	} KEY_EVENT_RECORD;
type inputRecord struct {
	kind   uint16
	_      uint16
	down   int32
	repeat uint16
	key    uint16
	_      uint16
	char   uint16
	_      uint32
}

const keyEvent, menuKey = 1, 0x12

// types reports whether the event is a character. One that is typed by its number comes when Alt is released.
func (r *inputRecord) types() bool {
	return r.kind == keyEvent && r.char != 0 && (r.down != 0 || r.key == menuKey)
}

// event is a call that looks at one event of the console, or takes it.
func (e *Editor) event(call *windows.LazyProc) (r inputRecord, ok bool) {
	var n uint32
	done, _, _ := syscall.SyscallN(call.Addr(), uintptr(e.inFD), uintptr(unsafe.Pointer(&r)), 1,
		uintptr(unsafe.Pointer(&n)))
	return r, done != 0 && n == 1
}

// typing reports whether there is a character to be read.
func (e *Editor) typing() bool { return len(e.wake.rest) > 0 || e.charNext() }

// charNext reports whether the next event is a character. Those before are taken.
func (e *Editor) charNext() bool {
	for {
		var n uint32
		if windows.GetNumberOfConsoleInputEvents(windows.Handle(e.inFD), &n) != nil || n == 0 {
			return false
		}
		if r, ok := e.event(peekConsoleInput); !ok || r.types() {
			return ok
		}
		_, _ = e.event(readConsoleInput)
	}
}

// poll waits for keys, or to be woken. An event that is no character wakes too: the window may have another size.
func (e *Editor) poll(wait time.Duration) (typed, woken bool, err error) {
	if e.typing() {
		return true, false, nil
	}
	timeout := uint32(windows.INFINITE)
	if wait >= 0 {
		timeout = uint32((wait + time.Millisecond - 1) / time.Millisecond)
	}
	event, err := windows.WaitForMultipleObjects([]windows.Handle{e.wake.event, windows.Handle(e.inFD)}, false, timeout)
	switch event {
	case windows.WAIT_OBJECT_0:
		return false, true, nil
	case windows.WAIT_OBJECT_0 + 1:
		typed = e.typing()
		return typed, !typed, nil
	case uint32(windows.WAIT_TIMEOUT):
		return false, false, nil
	}
	return false, false, err
}

// read takes characters that have been typed, as UTF-8.
func (e *Editor) read(buf []byte) (n int, err error) {
	for w := e.wake; len(w.rest) < len(buf) && e.charNext(); {
		r, ok := e.event(readConsoleInput)
		if !ok {
			break
		}
		c := rune(r.char)
		if utf16.IsSurrogate(c) && w.first == 0 {
			w.first = c
			continue
		}
		if w.first != 0 {
			c, w.first = utf16.DecodeRune(w.first, c), 0
		}
		for range max(r.repeat, 1) {
			w.rest = utf8.AppendRune(w.rest, c)
		}
	}
	n = copy(buf, e.wake.rest)
	e.wake.rest = e.wake.rest[n:]
	return n, nil
}
