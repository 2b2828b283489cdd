package layout

// A long has 4 bytes on Windows, and a pid_t, which only GCC has there, 8.
const longSize, pidSize = 4, 8

// systemTypes are those that windows.h names.
var systemTypes = []*Type{
	basic("BYTE", Unsigned, 1), basic("WORD", Unsigned, 2), basic("DWORD", Unsigned, 4), basic("LONG", Signed, 4),
	basic("ULONG", Unsigned, 4), basic("BOOL", Signed, 4), basic("LONGLONG", Signed, 8), basic("ULONGLONG", Unsigned, 8),
}
