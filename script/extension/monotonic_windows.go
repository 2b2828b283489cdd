package extension

import (
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

var (
	kernel32  = windows.NewLazySystemDLL("kernel32.dll")
	counter   = kernel32.NewProc("QueryPerformanceCounter")
	frequency = kernel32.NewProc("QueryPerformanceFrequency")
)

// monotonic reads QueryPerformanceCounter, which "is independent of, and isn't
// synchronized to, any external time reference".
func monotonic() time.Duration {
	var ticks, perSecond int64
	counter.Call(uintptr(unsafe.Pointer(&ticks)))
	frequency.Call(uintptr(unsafe.Pointer(&perSecond)))
	if perSecond == 0 {
		return windows.DurationSinceBoot()
	}
	whole, rest := ticks/perSecond, ticks%perSecond
	return time.Duration(whole)*time.Second + time.Duration(rest*int64(time.Second)/perSecond)
}
