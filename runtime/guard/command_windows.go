package guard

import (
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/windows"

	"weir/runtime/plan"
)

// invocation is a program and its command line.
type invocation struct{ program, words string }

// commandLine quotes arguments as the C runtime takes them apart again. Batch files are read by cmd.exe, which has
// rules of its own.
func commandLine(path string, argv []string) (invocation, error) {
	if ext := strings.ToLower(filepath.Ext(path)); ext == ".bat" || ext == ".cmd" {
		return batchLine(path, argv)
	}
	if line, ok := shellLine(path, argv); ok {
		return line, nil
	}
	var b strings.Builder
	// The first is taken up to the next quote, whatever it has.
	b.WriteString(`"` + strings.ReplaceAll(argv[0], `"`, "") + `"`)
	for _, arg := range argv[1:] {
		b.WriteString(" " + windows.EscapeArg(arg))
	}
	return invocation{path, b.String()}, nil
}

// shellLine is cmd.exe with one line after /c or /k, which cmd.exe takes as it stands: by /s it takes the first quote
// and the last from it, and looks at no other.
func shellLine(path string, argv []string) (invocation, bool) {
	if !strings.EqualFold(filepath.Base(path), "cmd.exe") || len(argv) < 3 {
		return invocation{}, false
	}
	options, line := argv[1:len(argv)-1], argv[len(argv)-1]
	for _, o := range options {
		if strings.ContainsAny(o, " \t\"") || !strings.HasPrefix(o, "/") {
			return invocation{}, false
		}
	}
	if last := options[len(options)-1]; !strings.EqualFold(last, "/c") && !strings.EqualFold(last, "/k") {
		return invocation{}, false
	}
	return invocation{path, "cmd.exe /s " + strings.Join(options, " ") + ` "` + line + `"`}, true
}

// batchLine is cmd.exe with a batch file: its arguments are quoted so that nothing in them is a command, a
// variable or an end of line to cmd.exe.
func batchLine(path string, argv []string) (invocation, error) {
	folder, err := windows.GetSystemDirectory()
	if err != nil {
		return invocation{}, err
	}
	shell := filepath.Join(folder, "cmd.exe")
	if strings.ContainsAny(path, "\"\r\n%") || strings.HasSuffix(path, `\`) {
		return invocation{}, syscall.ERROR_FILE_NOT_FOUND
	}
	var b strings.Builder
	b.WriteString(`cmd.exe /e:ON /v:OFF /d /c ""` + path + `"`)
	for _, arg := range argv[1:] {
		if strings.ContainsAny(arg, "\r\n") {
			return invocation{}, windows.ERROR_BAD_ARGUMENTS
		}
		b.WriteByte(' ')
		batchArgument(&b, arg)
	}
	b.WriteByte('"')
	return invocation{shell, b.String()}, nil
}

// batchArgument quotes one. %%cd:~,% is an empty string to cmd.exe, and keeps the % before it from beginning a
// variable.
func batchArgument(b *strings.Builder, arg string) {
	b.WriteByte('"')
	slashes := 0
	for i := range len(arg) {
		c := arg[i]
		switch c {
		case '"':
			b.WriteString(strings.Repeat(`\`, slashes) + `"`)
		case '%':
			b.WriteString("%%cd:~,")
		}
		if slashes++; c != '\\' {
			slashes = 0
		}
		b.WriteByte(c)
	}
	b.WriteString(strings.Repeat(`\`, slashes) + `"`)
}

// limitsOf are the limits of a stage's job. Windows bounds no number of handles.
func limitsOf(limits []plan.Limit) (*windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION, error) {
	info := &windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{}
	basic := &info.BasicLimitInformation
	for _, l := range limits {
		switch plan.LimitNames[l.Resource] {
		case "RLIMIT_CPU":
			basic.LimitFlags |= windows.JOB_OBJECT_LIMIT_PROCESS_TIME
			basic.PerProcessUserTimeLimit = int64(l.Soft) * 1e7 // units of 100 ns
		case "RLIMIT_AS":
			basic.LimitFlags |= windows.JOB_OBJECT_LIMIT_PROCESS_MEMORY
			info.ProcessMemoryLimit = uintptr(l.Soft)
		default:
			return nil, windows.ERROR_NOT_SUPPORTED
		}
	}
	return info, nil
}
