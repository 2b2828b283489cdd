package oracle

import "golang.org/x/sys/windows"

// underWine reports whether the system is Wine, whose ntdll says so.
func underWine() bool {
	return windows.NewLazySystemDLL("ntdll.dll").NewProc("wine_get_version").Find() == nil
}
