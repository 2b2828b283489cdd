package guard

import (
	"slices"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// startupInfo is with what a process begins:
//
//	typedef struct _STARTUPINFOEXW {
//	  DWORD cb; LPWSTR lpReserved, lpDesktop, lpTitle;
//	  DWORD dwX, dwY, dwXSize, dwYSize, dwXCountChars, dwYCountChars, dwFillAttribute, dwFlags;
//	  WORD wShowWindow, cbReserved2; LPBYTE lpReserved2; HANDLE hStdInput, hStdOutput, hStdError;
//	  LPPROC_THREAD_ATTRIBUTE_LIST lpAttributeList;
//	} STARTUPINFOEXW;
type startupInfo struct {
	size                  uint32
	_, _, _               *uint16
	_, _, _, _, _, _, _   uint32
	flags                 uint32
	_, reservedSize       uint16
	reserved              *byte
	input, output, errors windows.Handle
	attributes            *windows.ProcThreadAttributeList
}

// files are the handles of a stage by its descriptors; 0 is none.
type files []windows.Handle

// layOut gives the handles of the slots as the new process is to find them.
func (g *jobs) layOut(ends []SlotEnd) (files, error) {
	list := make(files, 3)
	for _, e := range ends {
		s, ok := g.slots[uint64(e.Slot)]
		switch {
		case !ok:
			return nil, windows.ERROR_INVALID_HANDLE
		case s.err != nil:
			return nil, s.err
		}
		for len(list) <= int(e.FD) {
			list = append(list, 0)
		}
		list[e.FD] = s.handle
	}
	return list, nil
}

// inherited lists each handle once, as PROC_THREAD_ATTRIBUTE_HANDLE_LIST wants it.
func (f files) inherited() []windows.Handle {
	list := slices.DeleteFunc(slices.Clone(f), func(h windows.Handle) bool { return h == 0 })
	slices.Sort(list)
	return slices.Compact(list)
}

// The flags of a descriptor in the C runtime's table.
const (
	fOpen = 0x01
	fPipe = 0x08
	fDev  = 0x40
)

// describe has the handles be the standard ones, and the descriptors of the C runtime: it finds them in
// lpReserved2, a count, a byte of flags for each, and the handles, where _spawn(3) puts them too.
func (s *startupInfo) describe(f files) {
	s.input, s.output, s.errors = f[0], f[1], f[2]
	if len(f) <= 3 {
		return
	}
	table := make([]byte, 4+len(f)*(1+int(unsafe.Sizeof(f[0]))))
	*(*uint32)(unsafe.Pointer(&table[0])) = uint32(len(f))
	flags, handles := table[4:4+len(f)], table[4+len(f):]
	for i, h := range f {
		if h == 0 {
			h = windows.InvalidHandle
		} else {
			flags[i] = flagsOf(h)
		}
		copy(handles[i*int(unsafe.Sizeof(h)):], unsafe.Slice((*byte)(unsafe.Pointer(&h)), unsafe.Sizeof(h)))
	}
	s.reservedSize, s.reserved = uint16(len(table)), &table[0]
}

func flagsOf(h windows.Handle) byte {
	switch kind, _ := windows.GetFileType(h); kind {
	case syscall.FILE_TYPE_PIPE:
		return fOpen | fPipe
	case syscall.FILE_TYPE_CHAR:
		return fOpen | fDev
	}
	return fOpen
}

// Inherited gives the handles that this process was given by the number of a descriptor above 2, as describe
// gives them.
func Inherited(fd int) (uintptr, bool) {
	var s startupInfo
	getStartupInfo.Call(uintptr(unsafe.Pointer(&s)))
	const handle = int(unsafe.Sizeof(windows.Handle(0)))
	if s.reserved == nil || s.reservedSize < 4 {
		return 0, false
	}
	table := unsafe.Slice(s.reserved, s.reservedSize)
	count := int(*(*uint32)(unsafe.Pointer(&table[0])))
	if fd < 3 || fd >= count || len(table) < 4+count*(1+handle) || table[4+fd]&fOpen == 0 {
		return 0, false
	}
	var h windows.Handle
	copy(unsafe.Slice((*byte)(unsafe.Pointer(&h)), handle), table[4+count+fd*handle:])
	return uintptr(h), true
}

var getStartupInfo = windows.NewLazySystemDLL("kernel32.dll").NewProc("GetStartupInfoW")
