package soak

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"weir/ipc/oracle"
)

func init() { campaigns = append(campaigns, campaign{"inject", 20, injections}) }

// injected are the topologies of the injection campaign, and what each prints. FOLDER is
// the round's own.
var injected = []struct {
	name string
	args []string
	want string
}{
	{"lua", []string{"-e", `print(1)`}, "1\n"},
	{"pipes", []string{"-e", `run("seq 3" | "cat")`}, "1\n2\n3\n"},
	{"text", []string{"-e", `print((sh"seq 3" | "cat"):text())`}, "1\n2\n3\n\n"},
	{"lines", []string{"-e", `for l in (sh"seq 3"):lines() do print(l) end`}, "1\n2\n3\n"},
	{"tee", []string{"-e", `run("seq 3" | tee("cat", file"/dev/null"))`}, "1\n2\n3\n"},
	{"deal", []string{"-e", `run("seq 30" | (sh"cat" * 3) | "sort -n" | "tail -n 1")`}, "30\n"},
	{"ordered", []string{"-e", `run("seq 3" | ordered(sh"cat" * 2))`}, "1\n2\n3\n"},
	{"shard", []string{"-e", `run("seq 4" | shard(function(l) return l end, "cat", "cat") | "sort")`}, "1\n2\n3\n4\n"},
	{"merge", []string{"-e", `run(merge("seq 2", "seq 3 4") | "sort")`}, "1\n2\n3\n4\n"},
	{"concat", []string{"-e", `run(concat("seq 2", "seq 3 4"))`}, "1\n2\n3\n4\n"},
	{"spill", []string{"-e", `run("seq 3" | pipe{spill = true} | "cat")`}, "1\n2\n3\n"},
	{"meter", []string{"-e", `run("seq 3" | meter("m") | "cat")`}, "1\n2\n3\n"},
	{"files", []string{"-e", `local f = os.getenv("FOLDER") .. "/f" run("seq 3" | file(f, "w")) run(file(f) | "cat")`}, "1\n2\n3\n"},
	{"filters", []string{"-e", `run("seq 12" | grep("1") | sort() | head(2))`}, "1\n10\n"},
	{"stage", []string{"-e", `run("seq 3" | function() for l in io.lines() do print(l * 2) end end)`}, "2\n4\n6\n"},
	{"value", []string{"-e", `print(run(proc(function() return 7 end)).stages[1].value)`}, "7\n"},
	{"thread", []string{"-e", `run("seq 3" | thread(function() for l in io.lines() do print(l) end end))`}, "1\n2\n3\n"},
	{"substitution", []string{"-e", `run(cmd("paste", sh"seq 2", sh"seq 3 4"))`}, "1\t3\n2\t4\n"},
	{"ring", []string{"-e", `local r = ring{slots = 4} local j = start(proc(function(r) for i = 1, 3 do r:send(i .. "") end r:close() end, r)) for m in r:messages() do print(m) end j:wait()`}, "1\n2\n3\n"},
	{"queue", []string{"-e", `run("seq 3" | queue{max = 4} | "cat")`}, "1\n2\n3\n"},
	{"mailbox", []string{"-e", `run("seq 3" | mailbox() | "cat")`}, "1\n2\n3\n"},
	{"socket", []string{"-e", `local a = "unix:" .. os.getenv("FOLDER") .. "/sock" local j = start(listen(a, "cat")) local s = socket(a) s:write("x\n") print(assert(s:read("l"))) s:close() j:kill()`}, "x\n"},
	{"fifo", []string{"-e", `local f = fifo(os.getenv("FOLDER") .. "/meet", {create = true}) run("seq 3" | f, f | "cat")`}, "1\n2\n3\n"},
	{"locks", []string{"-e", `local m = mutex() m:lock() m:unlock() local s = semaphore(1) s:wait() s:post() print("x")`}, "x\n"},
	{"memory", []string{"-e", `local m = shm{layout = "int a;"} run(proc(function(m) m:add("a", 2) end, m)) print(m.a)`}, "2\n"},
	{"restart", []string{"-e", `local s = run(cmd("sh", "-c", "exit 7"):restart{backoff = "1ms", max = 2}, {check = false}).stages[1] assert(s.code == 7, s.code) print(s.restarts)`}, "2\n"},
	{"timeout", []string{"-e", `local r = run("sleep 100", {timeout = "1ms", check = false}) assert(r.why == "timeout", r.why) print("x")`}, "x\n"},
	{"popen", []string{"-e", `local p = io.popen("seq 3") local s = p:read("*a") assert(s == "1\n2\n3\n", s) print("x") p:close()`}, "x\n"},
	{"job", []string{"-e", `local j = start("seq 3" | "cat") print(j:wait().ok)`}, "1\n2\n3\ntrue\n"},
	{"file", []string{"run", "FOLDER/script.lua"}, "1\n2\n3\n"},
	{"prompt", nil, "6\n"},
	{"explain", []string{"explain", "FOLDER/script.lua", "--json"}, ""},
}

// scriptText is what FOLDER/script.lua holds, and typed what a prompt reads.
const (
	scriptText = "run('seq 3' | 'cat')\n"
	typed      = "x = 2 * 3\nx\n"
)

// errnos are the errors that calls are given. All others are to a program like one of
// them.
var errnos = []string{"EINTR", "EAGAIN", "ENOMEM", "ENOBUFS", "EMFILE", "ENFILE", "ENOSPC", "EIO", "EPERM", "EACCES", "EINVAL", "EPIPE", "ENOSYS", "EBADF"}

// unfailing are calls that are left alone: those that never fail, and those after whose
// failure Go's runtime ends itself by a fault of memory, as the kernel gives it no error
// but for a fault of the program's. close(2) closes, whatever it says; strace keeps it
// from that.
var unfailing = regexp.MustCompile(`^(execve|exit|exit_group|rt_sig\w+|sigaltstack|arch_prctl|get[a-z]*id|sched_yield|set_tid_address|set_robust_list|rseq|munmap|brk|tgkill|restart_syscall|uname|getrandom|sched_getaffinity|mprotect|clock_gettime|close)$`)

// writes are the calls of programs whose EPIPE says that nobody reads what they write. A relay
// asks the pipe.
var writes = regexp.MustCompile(`^(write|writev|pwrite64|sendfile)$`)

// mute is a write to standard error that was made to fail.
var mute = regexp.MustCompile(`write\(2, .*INJECTED`)

// goWake is a write by which Go's runtime wakes its poller, and which it takes for made. The
// kernel gives it this error only when the poller is awake.
var goWake = regexp.MustCompile(`write\(\d+, "\\1(\\0){7}", 8\) += -1 EAGAIN .*INJECTED`)

// injections gives one call after another one error after another, in weir, its guard,
// its stages and the programs that they start: the n-th call of that name of each thread
// fails. Weir does all that it was to do, or says what failed, with a status that is not
// 0; it never hangs, and Go never says a word.
func injections(t *testing.T, r *rounds) {
	needStrace(t)
	calls := map[string]map[string]int{}
	var f injectFigures
	for r.Next() {
		f.one(t, r.Rand, calls)
	}
	t.Logf("%d errors were given, %d in vain: the call was not made that often; %d runs did all that they were to do, %d said what failed", f.given, f.vain, f.done, f.said)
}

// TestInjections is a small part of the campaign, the same each time. A read that fails
// when the guard is started costs ten seconds: that is the campaign's alone.
func TestInjections(t *testing.T) {
	needStrace(t)
	for i, call := range []string{"openat", "write", "pread64", "pipe2", "fcntl", "eventfd2", "epoll_ctl", "splice", "tee", "socketpair",
		"memfd_create", "dup3", "prctl", "waitid", "wait4", "clone3", "setpgid", "getsockopt", "futex"} {
		for k, errno := range []string{"ENOMEM", "EIO"} {
			inject(t, (7*i+3*k)%len(injected), call, errno, 1)
		}
	}
}

// TestLostMessages has the n-th message between weir and its guard, and the n-th wait of
// a relay, fail.
func TestLostMessages(t *testing.T) {
	needStrace(t)
	for _, call := range []string{"sendto", "recvmsg", "sendmsg", "recvfrom", "ppoll", "poll"} {
		for i, errno := range []string{"ENOBUFS", "EIO", "EPIPE"} {
			inject(t, topologyNamed("tee"), call, errno, 1+i)
		}
	}
}

// TestLostWrites has the n-th write of each thread fail by an error that passes, while the
// script and a program wait for each other's words.
func TestLostWrites(t *testing.T) {
	needStrace(t)
	for n := 3; n <= 6; n++ {
		for _, errno := range []string{"ENOBUFS", "EIO"} {
			inject(t, topologyNamed("socket"), "write", errno, n)
		}
	}
}

// TestLostReaders has the n-th write of each thread fail as if its reader had left. The reader
// lives, and must see an end.
func TestLostReaders(t *testing.T) {
	needStrace(t)
	for k := range injected {
		for call, n := range map[string]int{"write": 1 + k%4, "splice": 1 + k%2} {
			inject(t, k, call, "EPIPE", n)
		}
	}
}

// topologyNamed gives the place of a topology among the injected.
func topologyNamed(name string) int {
	for k := range injected {
		if injected[k].name == name {
			return k
		}
	}
	return -1
}

func needStrace(t *testing.T) {
	t.Helper()
	strace := oracle.Need(t, "strace")
	if err := exec.Command(strace, "-o", os.DevNull, "true").Run(); err != nil {
		t.Skipf("strace may not trace here: %v", err)
	}
}

type injectFigures struct{ given, vain, done, said int }

// one draws a topology, a call, an error and when.
func (f *injectFigures) one(t *testing.T, r *rand.Rand, calls map[string]map[string]int) {
	k := r.IntN(len(injected))
	name := injected[k].name
	if calls[name] == nil {
		calls[name] = callsOf(t, k)
	}
	names := slices.Sorted(maps.Keys(calls[name]))
	call := names[r.IntN(len(names))]
	errno := errnos[r.IntN(len(errnos))]
	if call == "read" && errno == "EAGAIN" {
		f.vain++ // no blocking descriptor gives it, and Go, which starts a process, waits for its end then
		return
	}
	o, reached := inject(t, k, call, errno, 1+r.IntN(calls[name][call]))
	switch {
	case !reached:
		f.vain++
		return
	case o.status == 0:
		f.done++
	default:
		f.said++
	}
	f.given++
}

// callsOf counts the calls of a topology that may fail: the most that one thread makes.
func callsOf(t *testing.T, k int) map[string]int {
	t.Helper()
	o, trace := traced(t, k, "-e", "trace=all")
	if o.status != 0 || injected[k].want != "" && o.stdout != injected[k].want {
		t.Fatalf("%s: status %d, %q, %q", injected[k].name, o.status, o.stdout, o.stderr)
	}
	counts := map[string]int{}
	most := map[string]int{}
	for l := range strings.Lines(trace) {
		thread, rest, _ := strings.Cut(l, " ")
		call, _, ok := strings.Cut(strings.TrimSpace(rest), "(")
		if !ok || strings.ContainsAny(call, " <+-") || unfailing.MatchString(call) {
			continue
		}
		counts[thread+call]++
		most[call] = max(most[call], counts[thread+call])
	}
	return most
}

// inject has the n-th call of that name fail, in each thread of a topology, and reports
// whether there was one.
func inject(t *testing.T, k int, call, errno string, n int) (ending, bool) {
	t.Helper()
	how := fmt.Sprintf("inject=%s:error=%s:when=%d", call, errno, n)
	o, trace := traced(t, k, "-e", "trace="+call, "-e", how)
	want := injected[k].want
	readerLeft := errno == "EPIPE" && writes.MatchString(call) // which is no failure, and needs no word
	if want == "" || readerLeft {
		want = o.stdout
	}
	fault := o.fault(want)
	if o.hangs && goWake.MatchString(trace) || fault == silent && (readerLeft || mute.MatchString(trace)) {
		fault = ""
	}
	if fault != "" {
		t.Errorf("strace -f --seccomp-bpf -e trace=%s -e %s weir %q: %s: status %d, %q, %q", call, how, injected[k].args, fault, o.status, o.stdout, o.stderr)
	}
	return o, strings.Contains(trace, "(INJECTED)")
}

// traced runs a topology under strace and gives its trace, too.
func traced(t *testing.T, k int, how ...string) (ending, string) {
	t.Helper()
	v := newVictim(t)
	defer os.RemoveAll(v.folder)
	file := filepath.Join(v.folder, "trace")
	if err := os.WriteFile(filepath.Join(v.folder, "script.lua"), []byte(scriptText), 0o644); err != nil {
		t.Fatal(err)
	}
	v.through = append([]string{"strace", "-f", "-qq", "--seccomp-bpf", "-o", file}, how...)
	args := slices.Clone(injected[k].args)
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "FOLDER/", v.folder+"/")
	}
	c := v.again(args...)
	if args == nil {
		c.Stdin = strings.NewReader(typed)
	}
	o := finish(t, c)
	if left := v.gone(); len(left) > 0 && !o.hangs {
		t.Errorf("%s %q: left behind: %q", injected[k].name, how, left)
	}
	trace, _ := os.ReadFile(file)
	return o, string(trace)
}
