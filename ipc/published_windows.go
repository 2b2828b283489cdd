package ipc

import (
	"context"
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"
	"unsafe"

	"golang.org/x/sys/windows"
)

// The page in which a process publishes its waits has a name that its number gives.

func waitsNameOf(pid int) string { return `Local\` + waitsName + "." + strconv.Itoa(pid) }

// mapWaits makes the page in which this process publishes its waits.
func mapWaits() ([]byte, error) {
	h, err := beThere(waitsNameOf(os.Getpid()))
	if err != nil {
		return nil, err
	}
	at, err := windows.MapViewOfFile(h, windows.FILE_MAP_READ|windows.FILE_MAP_WRITE, 0, 0, waitsSize)
	if err != nil {
		windows.CloseHandle(h)
		return nil, err
	}
	return unsafe.Slice((*byte)(*(*unsafe.Pointer)(unsafe.Pointer(&at))), waitsSize), nil
}

// WaitsOfProcess reads what a process has published.
func WaitsOfProcess(pid int) []Wait {
	name, _ := windows.UTF16PtrFromString(waitsNameOf(pid))
	h, err := openFileMapping(windows.FILE_MAP_READ, name)
	if err != nil {
		return nil
	}
	defer windows.CloseHandle(h)
	at, err := windows.MapViewOfFile(h, windows.FILE_MAP_READ, 0, 0, waitsSize)
	if err != nil {
		return nil
	}
	defer windows.UnmapViewOfFile(at)
	return waitsIn(slices.Clone(unsafe.Slice((*byte)(*(*unsafe.Pointer)(unsafe.Pointer(&at))), waitsSize)))
}

// readMemory is not needed: the page has a name, and no lock says where its holder stands.
func readMemory(int, uint64, []byte) bool { return false }

// objectOfWord is the region in which a word lies, and whether others may open it by its name.
func objectOfWord(word *uint32) (id FileID, named bool) {
	if p := parkingOf(word); p != nil {
		return p.id, p.named
	}
	return FileID{}, false
}

// isPrivate reports whether a name is a random one, which nobody is told.
func isPrivate(full string) bool {
	bare := full[strings.LastIndexByte(full, '\\')+1:]
	return strings.HasPrefix(bare, privateName) && !strings.Contains(bare, ".")
}

// privateName begins the names of objects that are passed on by their handles alone.
const privateName = "weir-"

// await waits until an object is signalled, or ctx ends. A wait without a limit is published.
func (o *kernelObject) await(ctx context.Context, h windows.Handle) error {
	if _, limited := ctx.Deadline(); !limited {
		if err := tryObject(h); !errors.Is(err, os.ErrDeadlineExceeded) {
			return err
		}
		shown := publishedBy(ctx)
		shown.Show(Wait{Kind: waitAt(o.addr.Kind), File: ObjectID(o.file), Named: o.addr.Name != ""})
		defer shown.End()
	}
	return o.wait.waitUntil(ctx, h)
}
