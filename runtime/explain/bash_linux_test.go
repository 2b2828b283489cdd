package explain

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"weir/ipc"
	"weir/ipc/leak"
	"weir/ipc/oracle"
	"weir/runtime"
	"weir/runtime/plan"
)

// said are topologies that bash can say. Both run with stdin, stdout and
// stderr on files of those names in a folder of their own, which has in.txt and
// sub/ to begin with.
type said struct {
	name     string
	topology *plan.Topology
	chain    bool // its exit status does not depend on who is first
}

func saidByBash() []said {
	rows := append(saidChains(), saidStreams()...)
	rows = append(rows, saidTexts()...)
	rows = append(rows, saidReplaced()...)
	return append(rows, saidGraphs()...)
}

func saidChains() []said {
	out := file("out", "out.txt")
	return []said{
		{name: "one", chain: true, topology: graph(nil, placed{argv("seq", "3"), ""})},
		{name: "three", chain: true, topology: graph(nil, placed{argv("seq", "1", "1000"), "1>p1"}, placed{argv("grep", "7"), "0<p1 1>p2"}, placed{argv("wc", "-l"), "0<p2"})},
		{name: "stdin", chain: true, topology: graph(nil, placed{argv("cat"), "1>p1"}, placed{argv("tr", "a-z", "A-Z"), "0<p1"})},
		{name: "files", chain: true, topology: graph([]plan.Channel{file("in", "in.txt"), out}, placed{argv("sort", "-r"), "0<in 1>p1"}, placed{argv("cat"), "0<p1 1>out"})},
		{name: "append", chain: true, topology: graph([]plan.Channel{file("in", "in.txt")}, placed{argv("echo", "more"), "1>>in"})},
		{name: "fails", chain: true, topology: graph(nil, placed{shell("a", "echo x; exit 3"), "1>p1"}, placed{argv("cat"), "0<p1"})},
		{name: "last fails", chain: true, topology: graph(nil, placed{shell("a", "exit 3"), "1>p1"}, placed{shell("b", "cat; exit 4"), "0<p1 1>p2"}, placed{argv("cat"), "0<p2"})},
		{name: "killed", chain: true, topology: graph(nil, placed{shell("a", "kill -TERM $$"), "1>p1"}, placed{argv("cat"), "0<p1"})},
		{name: "quoting", chain: true, topology: graph(nil, placed{argv("/usr/bin/printf", "[%s]\\n", "", " ", "it's", `"$HOME"`, "*", "~", "a\nb", "a\tb\\n", "\x01\x7f\xff", "ü", "!x", "{a,b}", "#", "-e", "a=b", "\u0085", "`x`", ";"), ""})},
		{name: "own commands", chain: true, topology: graph(nil, placed{argv("printf", "%b", "a\\n"), "1>p1"}, placed{argv("env", "-i", "cat"), "0<p1"})},
		{name: "test", chain: true, topology: graph(nil, placed{plan.Stage{Name: "test", Argv: []string{"[", "1", "=", "2", "]"}}, ""})},
		{name: "dash", chain: true, topology: graph(nil, placed{argv("echo", "-n", "x"), ""})},
		{name: "environment", chain: true, topology: graph(nil, placed{plan.Stage{Name: "sh", Argv: []string{"sh", "-c", `echo "$A:$B:${HOME-none}"`}, Env: []string{"A=1 2", "B=x", "HOME", "A=it's", "B"}}, ""})},
		{name: "folder", chain: true, topology: graph([]plan.Channel{out}, placed{plan.Stage{Name: "pwd", Argv: []string{"sh", "-c", "ls; cat inner"}, Dir: "sub"}, "1>p1"}, placed{argv("cat"), "0<p1 1>out"})},
		{name: "time", chain: true, topology: graph(nil, placed{plan.Stage{Name: "echo", Argv: []string{"echo", "in time"}, Timeout: 2500 * time.Millisecond, Dir: "sub", Env: []string{"A=1"}}, ""})},
		{name: "assignment", chain: true, topology: graph(nil, placed{argv("sh", "-c", "exit 7", "x=y"), ""})},
	}
}

func saidStreams() []said {
	both := "echo to stdout; echo to stderr >&2"
	out, log := file("out", "out.txt"), file("log", "log")
	return []said{
		{name: "2>&1 to a file", chain: true, topology: graph([]plan.Channel{out}, placed{shell("a", both), "1>out 2>out"})},
		{name: "2>&1 to a pipe", chain: true, topology: graph(nil, placed{shell("a", both), "1>p1 2>p1"}, placed{argv("cat", "-n"), "0<p1"})},
		{name: "2>file", chain: true, topology: graph([]plan.Channel{log}, placed{shell("a", both), "1>p1 2>log"}, placed{argv("cat", "-n"), "0<p1"})},
		{name: "only stderr to a pipe", chain: true, topology: graph(nil, placed{shell("a", both), "2>p1"}, placed{argv("cat", "-n"), "0<p1 1>stderr"})},
		{name: "swapped", chain: true, topology: graph(nil, placed{shell("a", both), "1>stderr 2>stdout"})},
		{name: "swapped in a pipeline", chain: true, topology: graph(nil, placed{shell("a", both), "1>stderr 2>p1"}, placed{argv("cat", "-n"), "0<p1 1>stdout"})},
		{name: "one log", topology: graph([]plan.Channel{log}, placed{shell("a", "echo a; echo e >&2"), "1>p1 2>log"}, placed{shell("b", "cat; echo f >&2"), "0<p1 2>log"})},
		{name: "more descriptors", chain: true, topology: graph([]plan.Channel{file("in", "in.txt"), out, log}, placed{shell("a", "cat <&4; echo three >&3; echo five >&5"), "3>out 4<in 5>>log"})},
		{name: "rotated", chain: true, topology: graph([]plan.Channel{file("in", "in.txt")}, placed{shell("a", "cat <&3; cat; echo x >&4"), "0<in 3<stdin 4>stderr 1>stdout"})},
		{name: "two readers of a file", topology: graph([]plan.Channel{file("in", "in.txt"), out, log}, placed{argv("cat"), "0<in 1>out"}, placed{argv("wc"), "0<in 1>log"})},
		{name: "exactly these", chain: true, topology: graph([]plan.Channel{file("in", "in.txt")}, placed{argv("true"), "1>p1"}, placed{plan.Stage{Name: "ls", Argv: []string{"ls", "/proc/self/fd"}}, "0<p1 7<in"})},
		{name: "closed", chain: true, topology: graph(nil, placed{plan.Stage{Name: "a", Argv: []string{"sh", "-c", "echo a; cat; echo x >&2"}, Closed: []int{0, 1}}, "2>stderr"})},
		{name: "read and written", chain: true, topology: graph([]plan.Channel{file("in", "in.txt"), out, log}, placed{shell("a", "read x; echo $x; cat <&3 >&2; echo y >&0"), "0<>in 1<>out 3<>log"})},
		{name: "closed in a pipeline", chain: true, topology: graph(nil, placed{argv("seq", "3"), "1>p1"}, placed{plan.Stage{Name: "wc", Argv: []string{"wc", "-l"}, Closed: []int{2}}, "0<p1"})},
		{name: "exactly these, aside", chain: true, topology: graph(nil, placed{argv("ls", "/proc/self/fd"), "1>stderr 2>stdout"})},
	}
}

// saidReplaced are stages whose descriptors were redirected more than once.
func saidReplaced() []said {
	a, b, c := file("a", "a"), file("b", "in.txt"), file("c", "c")
	return []said{
		{name: "two files", chain: true, topology: graph([]plan.Channel{a, b}, placed{argv("echo", "x"), "!1>a 1>b"})},
		{name: "two files, one appended to", chain: true, topology: graph([]plan.Channel{a, b}, placed{argv("echo", "x"), "!1>a 1>>b"})},
		{name: "two inputs", chain: true, topology: graph([]plan.Channel{{Name: "null", Kind: ipc.KindFile, Path: "/dev/null"}, b}, placed{argv("cat"), "!0<null 0<b"})},
		{name: "no writer", chain: true, topology: graph([]plan.Channel{a}, placed{argv("echo", "x"), "!1>p1 1>a"}, placed{argv("wc"), "0<p1"})},
		{name: "no reader", chain: true, topology: graph([]plan.Channel{b}, placed{argv("true"), "1>p1"}, placed{argv("wc"), "!0<p1 0<b"})},
		{name: "neither", chain: true, topology: graph([]plan.Channel{a, b}, placed{argv("echo", "x"), "!1>p1 1>a"}, placed{argv("wc"), "!0<p1 0<b"})},
		{name: "stderr to the pipe, stdout to the second file", chain: true, topology: graph([]plan.Channel{a, c}, placed{shell("a", "echo out; echo err >&2"), "2>p1 !1>a 1>c"}, placed{argv("wc"), "0<p1"})},
		{name: "back to the pipe", chain: true, topology: graph([]plan.Channel{a}, placed{argv("echo", "x"), "!1>a 1>p1 3>p1"}, placed{argv("cat"), "0<p1"})},
		{name: "one of two writers", topology: graph([]plan.Channel{a}, placed{shell("x", "echo x"), "!1>p1 1>a"}, placed{shell("y", "echo y"), "1>p1"}, placed{argv("cat"), "0<p1"})},
		{name: "a shared file", chain: true, topology: graph([]plan.Channel{a, c}, placed{argv("echo", "x"), "!1>a 1>c"}, placed{argv("true"), "1>a"})},
	}
}

func saidTexts() []said {
	var rows []said
	for i, data := range []string{"", "a", "a\n", "\n", "\n\n", "a\nb\n\n", "it's 100% \\n $HOME", "nul\x00 100%\\ -\n", "-\x00", "\x01\x7f\xff\xfe\n", "ü\t\x1b\n", strings.Repeat("line\n", 40000)} {
		rows = append(rows, said{name: fmt.Sprintf("text %d", i), chain: true, topology: graph([]plan.Channel{text("text", data)}, placed{argv("cat"), "0<text 1>p1"}, placed{argv("od", "-c"), "0<p1"})})
	}
	return append(rows,
		said{name: "text unread", chain: true, topology: graph([]plan.Channel{text("text", "unread")}, placed{argv("true"), "0<text"})},
		said{name: "text on 3", chain: true, topology: graph([]plan.Channel{text("text", "on three"), file("out", "out.txt")}, placed{argv("cat", "/dev/fd/3"), "3<text 1>out"})},
		said{name: "text and a shared pipe", topology: graph([]plan.Channel{text("text", "no newline"), file("out", "out.txt")}, placed{argv("cat"), "0<text 1>p1"},
			placed{argv("echo"), "1>p1"}, placed{argv("wc", "-c"), "0<p1 1>out"})})
}

func saidGraphs() []said {
	out, other := file("out", "out.txt"), file("other", "other.txt")
	return []said{
		{name: "beside", topology: graph([]plan.Channel{out, other}, placed{argv("seq", "3"), "1>out"}, placed{argv("cat"), "1>p1"}, placed{argv("wc"), "0<p1 1>other"})},
		{name: "merge", topology: graph([]plan.Channel{out}, placed{plan.Stage{Name: "a", Argv: []string{"seq", "1", "3"}}, "1>p1"}, placed{plan.Stage{Name: "b", Argv: []string{"seq", "4", "6"}}, "1>p1"}, placed{argv("sort"), "0<p1 1>out"})},
		{name: "two readers of a pipe", topology: graph([]plan.Channel{out}, placed{argv("seq", "20000"), "1>p1"}, placed{plan.Stage{Name: "a", Argv: []string{"cat"}}, "0<p1 1>p2"},
			placed{plan.Stage{Name: "b", Argv: []string{"cat"}}, "0<p1 1>p2"}, placed{argv("wc", "-c"), "0<p2 1>out"})},
		{name: "substitution", topology: graph([]plan.Channel{out}, placed{plan.Stage{Name: "a", Argv: []string{"seq", "3"}}, "1>p1"}, placed{plan.Stage{Name: "b", Argv: []string{"seq", "4"}}, "1>p2"},
			placed{argv("diff", "/dev/fd/3", "/dev/fd/4"), "3<p1 4<p2 1>out"})},
		{name: "two pipes between two", topology: graph([]plan.Channel{out}, placed{shell("a", "echo x; echo y >&3"), "1>p1 3>p2"}, placed{shell("b", "cat; cat <&3"), "0<p1 3<p2 1>out"})},
		{name: "stderr apart", topology: graph([]plan.Channel{out, other}, placed{shell("a", "echo x; echo y >&2"), "1>p1 2>p2"}, placed{shell("b", "cat -n"), "0<p1 1>out"}, placed{shell("c", "cat -n"), "0<p2 1>other"})},
		{name: "chain beside a merge", topology: graph([]plan.Channel{out, other}, placed{argv("seq", "9"), "1>p1"}, placed{argv("wc", "-l"), "0<p1 1>out"},
			placed{argv("cat"), "1>p2"}, placed{argv("echo", "x"), "1>p2"}, placed{argv("sort"), "0<p2 1>other"})},
		{name: "fifo", topology: graph([]plan.Channel{{Name: "f", Kind: ipc.KindFIFO, Path: "a fifo", Create: true, Perm: 0o600}, out}, placed{argv("seq", "3"), "1>f"}, placed{argv("cat"), "0<f 1>out"})},
		{name: "fifo with two writers", topology: graph([]plan.Channel{{Name: "f", Kind: ipc.KindFIFO, Path: "it's", Create: true, Perm: 0o600}, out},
			placed{plan.Stage{Name: "a", Argv: []string{"seq", "1", "3"}}, "1>f"}, placed{plan.Stage{Name: "b", Argv: []string{"seq", "4", "6"}}, "1>f"}, placed{argv("sort"), "0<f 1>out"})},
		{name: "fifos crossed", topology: graph([]plan.Channel{{Name: "f", Kind: ipc.KindFIFO, Path: "-f", Create: true, Perm: 0o600}, {Name: "g", Kind: ipc.KindFIFO, Path: "g", Create: true, Perm: 0o600}, out},
			placed{shell("a", "echo x; echo y >&3"), "1>f 3>g"}, placed{shell("b", "cat <&3; cat"), "0<g 3<f 1>out"})},
		{name: "jobs fail", chain: true, topology: graph([]plan.Channel{out, other}, placed{argv("seq", "3"), "1>out"}, placed{shell("a", "cat; exit 5"), "1>p1"}, placed{argv("cat"), "0<p1 1>other"})},
	}
}

func TestBashSaysTheSame(t *testing.T) {
	bash := oracle.Need(t, "bash")
	keepOwnDescriptors(t)
	for _, row := range saidByBash() {
		t.Run(row.name, func(t *testing.T) {
			ours, theirs := prepareFolder(t), prepareFolder(t)
			status := runAsWeir(t, row.topology, ours)
			script, bashStatus := runAsBash(t, bash, row.topology, theirs)
			want, got := contents(t, ours), contents(t, theirs)
			for path := range want {
				if row.name == "killed" && path == "stderr" {
					continue // bash tells of it there
				}
				if got[path] != want[path] {
					t.Errorf("%s: weir has %q, bash %q", path, cut(want[path]), cut(got[path]))
				}
			}
			if len(got) != len(want) {
				t.Errorf("weir left %d names, bash %d", len(want), len(got))
			}
			if row.chain && status != bashStatus {
				t.Errorf("exit status: weir %d, bash %d", status, bashStatus)
			}
			if t.Failed() {
				t.Logf("the script:\n%s", cut(script))
			}
		})
	}
}

// keepOwnDescriptors keeps from bash what this process itself was started with.
func keepOwnDescriptors(t *testing.T) {
	names, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range names {
		if fd, err := strconv.Atoi(e.Name()); err == nil && fd > 2 {
			syscall.CloseOnExec(fd)
		}
	}
}

func cut(s string) string {
	if len(s) > 1000 {
		return s[:1000] + "..."
	}
	return s
}

func prepareFolder(t *testing.T) string {
	dir := t.TempDir()
	for path, data := range map[string]string{"in.txt": "pear\napple\nfig", "stdin": "from stdin\n", "sub/inner": "inner\n", "stdout": "", "stderr": ""} {
		path = filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// streams opens a folder's stdin, stdout and stderr.
func streams(t *testing.T, dir string) [3]*os.File {
	var files [3]*os.File
	for fd, name := range streamNames {
		flag := os.O_RDONLY
		if fd > 0 {
			flag = os.O_WRONLY | os.O_APPEND
		}
		f, err := os.OpenFile(filepath.Join(dir, name), flag, 0)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		files[fd] = f
	}
	return files
}

// runAsWeir gives the status of the last stage that failed, as a shell counts.
func runAsWeir(t *testing.T, topology *plan.Topology, dir string) int {
	host := runtime.ThisHost()
	host.Dir = dir
	p, err := plan.Compile(topology, host)
	if err != nil {
		t.Fatal(err)
	}
	defer func(in, out, err *os.File) { os.Stdin, os.Stdout, os.Stderr = in, out, err }(os.Stdin, os.Stdout, os.Stderr)
	files := streams(t, dir)
	ctx, cancel := context.WithTimeout(context.Background(), leak.Patience)
	defer cancel()
	os.Stdin, os.Stdout, os.Stderr = files[0], files[1], files[2]
	r, err := runtime.Start(ctx, p, runtime.Options{})
	if err != nil {
		t.Fatal(err)
	}
	res, err := r.Wait()
	if err != nil {
		t.Fatal(err)
	}
	status := 0
	for _, s := range res.Stages {
		switch {
		case s.Signal == "SIGTERM":
			status = 128 + int(syscall.SIGTERM)
		case s.Signal != "":
			t.Errorf("stage %s: %s", s.Name, s.Signal)
		case s.Code != 0:
			status = s.Code
		}
	}
	return status
}

func runAsBash(t *testing.T, bash string, topology *plan.Topology, dir string) (string, int) {
	host := runtime.ThisHost()
	host.Dir = dir
	p, err := plan.Compile(topology, host)
	if err != nil {
		t.Fatal(err)
	}
	script, err := Bash(p)
	if err != nil {
		t.Fatal(err)
	}
	temp := t.TempDir()
	path := filepath.Join(temp, "script")
	if err := os.WriteFile(path, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	files := streams(t, dir)
	ctx, cancel := context.WithTimeout(context.Background(), leak.Patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, bash, path)
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = dir, files[0], files[1], files[2]
	cmd.Env = append(os.Environ(), "TMPDIR="+temp)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	// bash does not wait for what runs in <(...), and this process is the
	// subreaper.
	for {
		if _, err := syscall.Wait4(-cmd.Process.Pid, nil, 0, nil); err != nil && err != syscall.EINTR {
			break
		}
	}
	if ctx.Err() != nil {
		t.Errorf("bash does not end:\n%s", cut(script))
	}
	if left, _ := os.ReadDir(temp); len(left) != 1 {
		t.Errorf("bash left %v", left)
	}
	return script, cmd.ProcessState.ExitCode()
}

// contents reads all files of a folder; of what is none, the type.
func contents(t *testing.T, dir string) map[string]string {
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		if !d.Type().IsRegular() {
			all[name] = d.Type().String()
			return nil
		}
		data, err := os.ReadFile(path)
		all[name] = string(bytes.ReplaceAll(data, []byte(dir), []byte("DIR")))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
