package guard

import (
	"slices"
	"strings"
	"syscall"
	"time"
	"unicode/utf16"
	"unsafe"

	"golang.org/x/sys/windows"
)

// spawn starts a stage in the jobs of its run and of its own; mu is held.
func (g *jobs) spawn(s *Spawn) {
	r := g.runs[s.run]
	if r == nil {
		return
	}
	if old := r.stages[s.Stage]; old != nil { // it is started again
		windows.CloseHandle(old.process)
		windows.CloseHandle(old.job)
		delete(r.stages, s.Stage)
	}
	st, err := g.create(r, s)
	if err != nil {
		g.answers.add(message(msgSpawned, s.run, s.Stage, 0, uint64(errnoOf(err))))
		return
	}
	r.stages[s.Stage] = st
	g.answers.add(message(msgSpawned, s.run, s.Stage, uint64(st.pid), 0))
	r.exits.Add(1)
	go g.await(r, s, st)
}

// create starts the process of a stage.
func (g *jobs) create(r *jobRun, s *Spawn) (*jobStage, error) {
	if r.err != nil {
		return nil, r.err
	}
	line, err := commandLine(s.Path, s.Argv)
	if err != nil {
		return nil, err
	}
	program, err := windows.UTF16PtrFromString(line.program)
	if err != nil {
		return nil, err
	}
	words, err := windows.UTF16PtrFromString(line.words)
	if err != nil {
		return nil, err
	}
	var dir *uint16
	if s.Dir != "" {
		if dir, err = windows.UTF16PtrFromString(s.Dir); err != nil {
			return nil, err
		}
	}
	limits, err := limitsOf(s.Limits)
	if err != nil {
		return nil, err
	}
	st := &jobStage{}
	if st.job, err = newJob(limits); err != nil {
		return nil, err
	}
	var about windows.ProcessInformation
	in := []windows.Handle{r.job, st.job}
	if err = g.createProcess(program, words, g.envs[s.Env], dir, s.Ends, in, &about); err != nil {
		windows.CloseHandle(st.job)
		return nil, err
	}
	windows.CloseHandle(about.Thread)
	st.process, st.pid = about.Process, about.ProcessId
	return st, nil
}

// createProcess is CreateProcess. The new process is in the jobs from its first instruction on, and inherits the
// handles of its ends alone.
func (g *jobs) createProcess(program, words *uint16, env []uint16, dir *uint16, ends []SlotEnd, in []windows.Handle,
	about *windows.ProcessInformation) error {
	files, err := g.layOut(ends)
	if err != nil {
		return err
	}
	attributes, err := windows.NewProcThreadAttributeList(2)
	if err != nil {
		return err
	}
	defer attributes.Delete()
	var start startupInfo
	start.size = uint32(unsafe.Sizeof(start))
	start.attributes = attributes.List()
	start.flags = windows.STARTF_USESTDHANDLES
	start.describe(files)
	list := files.inherited()
	if len(list) > 0 {
		err = attributes.Update(windows.PROC_THREAD_ATTRIBUTE_HANDLE_LIST, unsafe.Pointer(&list[0]),
			uintptr(len(list))*unsafe.Sizeof(list[0]))
	}
	if err == nil {
		const procThreadAttributeJobList = 0x0002000D
		err = attributes.Update(procThreadAttributeJobList, unsafe.Pointer(&in[0]), uintptr(len(in))*unsafe.Sizeof(in[0]))
	}
	if err != nil {
		return err
	}
	return windows.CreateProcess(program, words, nil, nil, len(list) > 0,
		windows.CREATE_UNICODE_ENVIRONMENT|windows.CREATE_NEW_PROCESS_GROUP|windows.EXTENDED_STARTUPINFO_PRESENT,
		unsafe.SliceData(env), dir, (*windows.StartupInfo)(unsafe.Pointer(&start)), about)
}

// await answers when the process of a stage has exited.
func (g *jobs) await(r *jobRun, s *Spawn, st *jobStage) {
	defer r.exits.Done()
	_, _ = windows.WaitForSingleObject(st.process, windows.INFINITE)
	var code uint32
	_ = windows.GetExitCodeProcess(st.process, &code)
	g.mu.Lock()
	st.exited = true
	sent := st.sent
	g.mu.Unlock()
	sig := syscall.Signal(0)
	switch {
	case sent != 0 && (code == killedStatus(sent) || code == controlled):
		sig = sent
	case code == controlled:
		sig = syscall.SIGINT
	}
	if sig != 0 {
		code = 0
	}
	user, system := timesOf(st)
	g.answers.add(message(msgExited, s.run, s.Stage, uint64(code), uint64(sig), uint64(user.Microseconds()),
		uint64(system.Microseconds()), uint64(peakOf(st.process)>>10), 0))
}

// wineVersion is there under Wine alone.
var wineVersion = windows.NewLazySystemDLL("ntdll.dll").NewProc("wine_get_version")

// timesOf is the processor time of a stage and of all that it has started, which its job counts. It is negative where
// that is not known: under Wine a job counts nothing, and GetProcessTimes of another process gives the caller's own.
func timesOf(st *jobStage) (user, system time.Duration) {
	a, err := accountingOf(st.job)
	if err != nil || wineVersion.Find() == nil {
		return -time.Microsecond, -time.Microsecond
	}
	return time.Duration(a.user) * 100, time.Duration(a.kernel) * 100
}

// memoryCounters is what a process has used:
//
//	typedef struct _PROCESS_MEMORY_COUNTERS {
//	  DWORD cb, PageFaultCount;
//	  SIZE_T PeakWorkingSetSize, WorkingSetSize, QuotaPeakPagedPoolUsage, QuotaPagedPoolUsage,
//	         QuotaPeakNonPagedPoolUsage, QuotaNonPagedPoolUsage, PagefileUsage, PeakPagefileUsage;
//	} PROCESS_MEMORY_COUNTERS;
type memoryCounters struct {
	size, _             uint32
	peakWorkingSet      uintptr
	_, _, _, _, _, _, _ uintptr
}

var getProcessMemoryInfo = windows.NewLazySystemDLL("kernel32.dll").NewProc("K32GetProcessMemoryInfo")

// peakOf is the most memory that a process had in RAM, bytes; 0 is not known.
func peakOf(process windows.Handle) int64 {
	var m memoryCounters
	m.size = uint32(unsafe.Sizeof(m))
	if ok, _, _ := getProcessMemoryInfo.Call(uintptr(process), uintptr(unsafe.Pointer(&m)), uintptr(m.size)); ok == 0 {
		return 0
	}
	return int64(m.peakWorkingSet)
}

// variable is the name of an environment string, in capitals. It can begin with the sign that ends others: =C:.
func variable(s string) string {
	for i := 1; i < len(s); i++ {
		if s[i] == '=' {
			return strings.ToUpper(s[:i])
		}
	}
	return strings.ToUpper(s)
}

// environmentBlock is an environment as CreateProcess wants it: sorted, each string ended by a NUL, and one more.
func environmentBlock(list []string) []uint16 {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b string) int { return strings.Compare(variable(a), variable(b)) })
	var block []uint16
	for _, s := range list {
		block = append(block, utf16.Encode([]rune(s))...)
		block = append(block, 0)
	}
	if len(block) == 0 {
		block = append(block, 0)
	}
	return append(block, 0)
}
