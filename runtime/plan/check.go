package plan

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"weir/ipc"
	"weir/ipc/luatext"
)

// The limits of execve(2) on Linux, of one string and of all of them together where the
// stack is 8 MiB.
const (
	maxArgument  = 128 << 10
	maxArguments = 2 << 20
)

func (c *compiler) findPrograms() error {
	for i := range c.plan.Stages {
		st := &c.plan.Stages[i]
		if st.Inside() {
			continue
		}
		if len(st.Argv) == 0 || st.Argv[0] == "" {
			return c.stageError(st, "", "stage %s has no program: its name is empty", st.Name)
		}
		if err := c.checkArguments(st); err != nil {
			return err
		}
		if st.Stage.Dir != "" {
			if info, err := c.h.Stat(st.Dir); err != nil || !info.IsDir() {
				return c.stageError(st, st.Stage.Dir, "stage %s cannot run in %s: %s", st.Name, st.Stage.Dir, folderFault(err))
			}
		}
		path := c.h.searchPath(st.Env)
		key := st.Argv[0] + "\x00" + path
		if c.h.isPath(st.Argv[0]) {
			key = st.Argv[0] + "\x00" + st.Dir
		}
		if found, ok := c.programs[key]; ok {
			st.Path = found
			continue
		}
		found, err := c.h.lookPath(st.Argv[0], st.Dir, path)
		if err != nil {
			return c.noProgram(st, path, err)
		}
		c.programs[key], st.Path = found, found
	}
	return nil
}

func (c *compiler) checkArguments(st *PlannedStage) error {
	const tooLong = "stage %s: argument list too long: "
	total := 0
	for _, list := range [][]string{st.Argv, st.Env} {
		for _, s := range list {
			if len(s) >= maxArgument {
				return c.stageError(st, "", tooLong+"one string has %d bytes, the limit is %d; write it to its stdin instead",
					st.Name, len(s), maxArgument-1)
			}
			total += len(s) + 9
		}
	}
	if total > maxArguments {
		return c.stageError(st, "", tooLong+"%d bytes, the limit is %d; write them to its stdin instead",
			st.Name, total, maxArguments)
	}
	for _, s := range st.Argv {
		if strings.IndexByte(s, 0) >= 0 {
			return c.stageError(st, "", "stage %s: the argument %s holds a NUL, which no process can be given",
				st.Name, luatext.Quote(s))
		}
	}
	for _, s := range st.Stage.Env {
		if strings.IndexByte(s, 0) >= 0 {
			return c.stageError(st, "", "stage %s: the environment string %s holds a NUL, which no process can be given",
				st.Name, luatext.Quote(s))
		}
	}
	return nil
}

func folderFault(err error) string {
	if err != nil {
		return cause(err)
	}
	return "it is not a folder"
}

// cause is an error without the path, which the message has already.
func cause(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return err.Error()
}

func (c *compiler) noProgram(st *PlannedStage, path string, err error) error {
	name := st.Argv[0]
	if err == errIsDirectory {
		return c.stageError(st, name, "%s is a directory, not a program", name)
	}
	if errors.Is(err, fs.ErrPermission) {
		e := c.stageError(st, name, "%s may not be executed: permission denied", name)
		e.Hint = "chmod +x makes a file a program"
		return e
	}
	if err != errNotFound {
		return c.stageError(st, name, "%s cannot be executed: %s", name, cause(err))
	}
	e := c.stageError(st, name, "unknown program %s", luatext.Quote(name))
	if c.h.isPath(name) {
		e.Message = fmt.Sprintf("no program at %s", name)
		return e
	}
	if near := c.h.nearestProgram(name, path); near != "" {
		e.Hint = fmt.Sprintf("did you mean %s?", luatext.Quote(near))
	}
	return e
}

// checkChannels looks at files and FIFOs as open(2) will find them, in the topology's
// order.
func (c *compiler) checkChannels() error {
	for i := range c.plan.Channels {
		if ch := &c.plan.Channels[i]; ch.Kind == ipc.KindFile || ch.Kind == ipc.KindFIFO {
			ch.Path = ch.Channel.Path
			if !ch.isNamedPipe() {
				ch.Path = absolute(c.h.Dir, ch.Path)
			}
		}
	}
	for _, end := range c.t.Ends {
		ch := &c.plan.Channels[c.channels[end.Channel]]
		if end.Stage == "" || ch.Kind != ipc.KindFile && ch.Kind != ipc.KindFIFO {
			continue
		}
		if err := c.checkPath(ch, end.Mode); err != nil {
			return err
		}
	}
	return nil
}

func (c *compiler) checkPath(ch *PlannedChannel, mode ipc.Mode) error {
	path := ch.Channel.Path
	fault := func(format string, args ...any) *Error {
		return &Error{Channel: ch.Name, Origin: ch.Origin, Word: path, Message: fmt.Sprintf(format, args...)}
	}
	if path == "" {
		return fault("a %s needs a path: this one is empty", ch.Kind)
	}
	if strings.IndexByte(path, 0) >= 0 {
		return fault("%s %s: a path cannot hold a NUL", ch.Kind, luatext.Quote(path))
	}
	if ch.Kind == ipc.KindFIFO && ch.isNamedPipe() {
		return nil // whoever looks at one connects to it
	}
	info, err := c.h.Stat(ch.Path)
	missing := errors.Is(err, fs.ErrNotExist)
	if err != nil && !missing {
		return fault("%s %s: %s", ch.Kind, path, cause(err))
	}
	if ch.Kind == ipc.KindFIFO {
		return c.checkFIFO(ch, info, fault)
	}
	switch {
	case missing && ch.Made:
	case missing && !mode.Writes():
		return fault("no file %s to read", path)
	case !missing && info.IsDir():
		return fault("%s is a directory, not a file", path)
	case !missing && !mode.Writes():
		if c.h.Access(ch.Path, accessRead) != nil {
			return fault("%s may not be read: permission denied", path)
		}
	case !missing:
		if c.h.Access(ch.Path, accessWrite) != nil {
			return fault("%s may not be written: permission denied", path)
		}
	default:
		return c.checkFolder(ch, fault)
	}
	return nil
}

// isNamedPipe reports whether a FIFO is a named pipe of Windows. It is there while a side is open, and each side waits
// for the other.
func (ch *PlannedChannel) isNamedPipe() bool { return strings.HasPrefix(ch.Path, `\\.\pipe\`) }

func (c *compiler) checkFolder(ch *PlannedChannel, fault func(string, ...any) *Error) error {
	folder := filepath.Dir(ch.Path)
	info, err := c.h.Stat(folder)
	switch {
	case err != nil:
		return fault("%s cannot be created: folder %s: %s", ch.Channel.Path, folder, cause(err))
	case !info.IsDir():
		return fault("%s cannot be created: %s is not a folder", ch.Channel.Path, folder)
	case c.h.Access(folder, accessWrite) != nil:
		return fault("%s cannot be created: permission denied in %s", ch.Channel.Path, folder)
	}
	return nil
}

func (c *compiler) checkFIFO(ch *PlannedChannel, info fs.FileInfo, fault func(string, ...any) *Error) error {
	path := ch.Channel.Path
	switch {
	case info == nil && ch.Create:
		return c.checkFolder(ch, fault)
	case info == nil:
		e := fault("no FIFO %s", path)
		e.Hint = "fifo(path, {create=true}) makes it for the run"
		return e
	case info.Mode()&fs.ModeNamedPipe == 0:
		return fault("%s is not a FIFO", path)
	case ch.Create && !ch.There:
		e := fault("FIFO %s exists already: weir takes over no name that it did not make", path)
		e.Hint = "leave create out to join it"
		return e
	}
	return nil
}

// checkSupervision refuses a thread what only a process can have.
func (c *compiler) checkSupervision() error {
	for i := range c.plan.Stages {
		st := &c.plan.Stages[i]
		if what := st.forProcesses(); st.Inside() && what != "" {
			e := c.stageError(st, what, "stage %s is a thread of weir's own process, which %s is not for", st.Name, what)
			e.Hint = "proc(fn) is a process of its own"
			return e
		}
	}
	return nil
}

// forProcesses names a setting of the stage that only a process can have.
func (s *Stage) forProcesses() string {
	switch {
	case len(s.Env) > 0:
		return "env"
	case s.Dir != "":
		return "dir"
	case s.Restart != nil:
		return "restart"
	case s.Limits != Limits{}:
		return "limit"
	case s.Ready != nil:
		return "ready"
	}
	return ""
}
