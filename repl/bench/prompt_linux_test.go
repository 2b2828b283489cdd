package bench

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"weir/repl/pty"
)

// promptComparisons are of what somebody waits for who types: each prompt sits at a
// pseudo-terminal, and the time is from its start, or from a key, to the bytes that
// show the answer.
func promptComparisons(t *testing.T, dir, weir string) []comparison {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	home, path := filepath.Join(dir, "home"), filepath.Join(dir, "programs")
	programs(t, home, path)
	t.Setenv("HOME", home) // where nothing of the user's own is read
	env := append(os.Environ(), "HOME="+home, "INPUTRC="+filepath.Join(home, "inputrc"), "PS1=weir> ", "TERM=xterm", "XDG_STATE_HOME=", "XDG_CONFIG_HOME=",
		"PATH="+path+":"+os.Getenv("PATH"))
	at := func(task func(c *console) ([]time.Duration, error)) func(argv []string) ([]time.Duration, error) {
		return func(argv []string) ([]time.Duration, error) { return sit(env, argv, task) }
	}
	prompts := map[string][]string{}
	for _, argv := range [][]string{{"bash", "--norc", "-i"}, {"python3", "-q"}, {"lua5.1", "-i"}} {
		prompts = merge(prompts, tools(argv...))
	}
	noisy := map[string][]string{}
	for name, start := range map[string]string{
		"bash":    exe + " pace &",
		"python3": fmt.Sprintf("import subprocess; j = subprocess.Popen([%q, 'pace'])", exe),
		"lua5.1":  fmt.Sprintf("os.execute([[%s pace &]])", exe),
	} {
		if argv, ok := prompts[name]; ok {
			noisy[name] = append([]string{start}, argv...)
		}
	}
	shells := map[string][]string{}
	if argv, ok := prompts["bash"]; ok {
		shells["bash"] = append([]string{"prog12"}, argv...)
	}
	return []comparison{
		{name: "prompt, from its start", limit: "30 ms", rounds: 21, weir: []string{weir}, others: prompts, timed: at(stands)},
		{name: "prompt, a key under 10,000 lines/s", limit: "5 ms", rounds: 15, weir: []string{fmt.Sprintf("j = start(cmd(%q, 'pace'))", exe), weir}, others: noisy,
			timed: scripted(env, keysUnderLines)},
		{name: "prompt, the first Tab", limit: "50 ms with 5,000 programs", rounds: 15, weir: []string{`"prog12`, weir}, others: shells, timed: scripted(env, firstTab)},
		{name: "prompt, another Tab", limit: "50 ms with 5,000 programs", rounds: 15, weir: []string{`"prog12`, weir}, others: shells, timed: scripted(env, anotherTab)},
		{name: "prompt, a Tab that all fit", limit: "50 ms with 5,000 programs", rounds: 15, weir: []string{`"prog`, weir}, timed: scripted(env, firstTab)},
	}
}

// scripted is a task whose first argument is what is typed, and no part of the
// command.
func scripted(env []string, task func(c *console, text string) ([]time.Duration, error)) func(argv []string) ([]time.Duration, error) {
	return func(argv []string) ([]time.Duration, error) {
		return sit(env, argv[1:], func(c *console) ([]time.Duration, error) { return task(c, argv[0]) })
	}
}

// programs makes 5,000 of them, and settings with which bash lists what a Tab finds
// as weir does: at once, and all.
func programs(t *testing.T, home, path string) {
	for _, dir := range []string{home, path} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	settings := "set show-all-if-ambiguous on\nset completion-query-items 0\nset page-completions off\n"
	if err := os.WriteFile(filepath.Join(home, "inputrc"), []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	for i := range 5000 {
		if err := os.WriteFile(filepath.Join(path, fmt.Sprintf("prog%04d", i)), []byte("#!/bin/sh\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

// console is a prompt at a terminal, seen from outside.
type console struct {
	master *os.File
	begun  time.Time
	bytes  chan []byte // what it writes
}

// patience is how long an answer may take before the comparison fails, farewell how
// long a prompt has for its end.
const (
	patience = 20 * time.Second
	farewell = 2 * time.Second
)

// sit starts a prompt at a terminal of its own, and ends it when the task is done.
func sit(env, argv []string, task func(c *console) ([]time.Duration, error)) ([]time.Duration, error) {
	master, slave, err := pty.Open(80, 24)
	if err != nil {
		return nil, err
	}
	defer master.Close()
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = env
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	c := &console{master: master, begun: time.Now(), bytes: make(chan []byte, 1<<16)}
	err = cmd.Start()
	slave.Close()
	if err != nil {
		return nil, err
	}
	go func() {
		defer close(c.bytes)
		for {
			buf := make([]byte, 32<<10)
			n, err := master.Read(buf)
			if err != nil {
				return
			}
			c.bytes <- buf[:n]
		}
	}()
	took, err := task(c)
	// A shell that has just shown its prompt may miss the signal, and what it does not
	// close is read for ever.
	killed := time.AfterFunc(farewell, func() { _ = cmd.Process.Kill() })
	defer killed.Stop()
	_ = cmd.Process.Signal(syscall.SIGHUP)
	_ = master.Close() // who still writes to the terminal gets EIO
	for range c.bytes {
	}
	_ = cmd.Wait()
	return took, err
}

// awaits reads until a text has come.
func (c *console) awaits(text string) error {
	late := time.NewTimer(patience)
	defer late.Stop()
	var seen []byte
	for !bytes.Contains(seen, []byte(text)) {
		select {
		case b, open := <-c.bytes:
			if !open {
				return fmt.Errorf("it ends before it shows %q: %.200q", text, seen)
			}
			seen = append(seen[max(len(seen)-len(text), 0):], b...)
		case <-late.C:
			return fmt.Errorf("it does not show %q: %.200q", text, seen)
		}
	}
	return nil
}

// answered types keys and gives how long it takes until a text has come.
func (c *console) answered(keys, text string) (time.Duration, error) {
	begun := time.Now()
	if _, err := io.WriteString(c.master, keys); err != nil {
		return 0, err
	}
	err := c.awaits(text)
	return time.Since(begun), err
}

// ready are the ends of all prompts' texts.
const ready = "> "

func stands(c *console) ([]time.Duration, error) {
	err := c.awaits(ready)
	return []time.Duration{time.Since(c.begun)}, err
}

// typed are keys that stand in no prompt, no escape sequence and no line of pace's.
const typed = "bdgnoqstuvxyz"

func keysUnderLines(c *console, job string) ([]time.Duration, error) {
	if err := c.awaits(ready); err != nil {
		return nil, err
	}
	if _, err := c.answered(job+"\r", strings.Repeat("-", 60)); err != nil {
		return nil, err
	}
	var took []time.Duration
	for _, key := range strings.Split(typed, "") {
		one, err := c.answered(key, key)
		if err != nil {
			return nil, err
		}
		took = append(took, one)
	}
	return took, nil
}

// tab types the beginning of a program's name, and then a Tab.
func tab(c *console, text string) (time.Duration, error) {
	if _, err := c.answered(text, strings.TrimPrefix(text, "\x7f")); err != nil {
		return 0, err
	}
	word := strings.TrimLeft(text, "\"\x7f")
	return c.answered("\t", word+strings.Repeat("0", len("prog0000")-len(word)))
}

func firstTab(c *console, text string) ([]time.Duration, error) {
	if err := c.awaits(ready); err != nil {
		return nil, err
	}
	took, err := tab(c, text)
	return []time.Duration{took}, err
}

func anotherTab(c *console, text string) ([]time.Duration, error) {
	if _, err := firstTab(c, text); err != nil {
		return nil, err
	}
	// Ctrl-U, and a sign that nothing before it has, so that all before it is read.
	if _, err := c.answered("\x15z", "z"); err != nil {
		return nil, err
	}
	took, err := tab(c, "\x7f"+text)
	return []time.Duration{took}, err
}

// pace writes 10,000 lines a second until nobody reads them.
func pace([]string) error {
	line := []byte(strings.Repeat("-", 60) + "\n")
	begun, n := time.Now(), 0
	for range time.Tick(time.Millisecond) {
		for due := int(time.Since(begun) / (100 * time.Microsecond)); n < due; n++ {
			if _, err := os.Stdout.Write(line); err != nil {
				if errors.Is(err, syscall.EIO) || errors.Is(err, syscall.EPIPE) {
					return nil
				}
				return err
			}
		}
	}
	return nil
}
