package soak

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	goruntime "runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func init() { campaigns = append(campaigns, campaign{"names", 10, registers}) }

// makers make one name each, by kind; keep them with the others in held.
var makers = []string{
	`queue(name, {max = 1, size = 8})`, `shm(name, {size = 64})`, `semaphore(name, 1)`, `ring(name, {slots = 1, size = 8})`,
	`mutex(name)`, `condition(name)`, `barrier(name, 2)`, `event(name)`, `mailbox(name)`, `mailslot(name)`,
	`socket("unix:" .. folder .. "/sock", {listen = true})`, `socket("unixgram:" .. folder .. "/sockg", {listen = true})`,
	`socket("unixpacket:" .. folder .. "/sockp", {listen = true})`, `shm(name .. "kept", {size = 8, keep = true})`,
}

// namesFigures are what the campaign did.
type namesFigures struct{ killed, foreign, unproved, pairs, met int }

// registers attacks the register of names: its file systems are mounted anew or
// covered, others share its folder from their own namespaces, another user takes its
// folders, and weir is killed among thousands of names that come and go. Whatever
// happens no name of another program is removed, and each of weir's is listed.
func registers(t *testing.T, r *rounds) {
	var f namesFigures
	attacks := map[string]func(*testing.T, *rounds, *namesFigures){"pairs": killAmongPairs}
	if os.Geteuid() == 0 && apart(func() error { return nil }, 0) == nil {
		attacks["remount"] = remountRound
		attacks["namespace"] = namespaceRound
		attacks["taken"] = takenRound
	} else {
		t.Log("namespaces may not be made here: pairs alone")
	}
	kinds := slices.Sorted(func(yield func(string) bool) {
		for k := range attacks {
			if !yield(k) {
				return
			}
		}
	})
	for r.Next() {
		attacks[kinds[r.IntN(len(kinds))]](t, r, &f)
	}
	t.Logf("%d weirs killed with their guards, %d names of others, none of them removed, %d listed as unproved; %d names made and closed; %d pairs met in the second place",
		f.killed, f.foreign, f.unproved, f.pairs, f.met)
}

// apart calls do on a thread in a mount namespace of its own, with a fresh /dev/shm, and
// in further ones. What do starts is in them, too.
func apart(do func() error, more int) error {
	done := make(chan error)
	go func() {
		goruntime.LockOSThread() // the thread ends with the goroutine
		err := unix.Unshare(unix.CLONE_NEWNS | more)
		if err == nil {
			err = unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, "")
		}
		if err == nil {
			err = freshMemory("/dev/shm")
		}
		if err == nil {
			err = do()
		}
		done <- err
	}()
	return <-done
}

func freshMemory(at string) error { return unix.Mount("soak", at, "tmpfs", 0, "mode=1777") }

// holder is a weir that holds names and waits.
type holder struct {
	*victimWeir
	out *bufio.Reader
}

// hold starts a weir, as the user of the tests, that has made names of the given kinds.
func hold(t *testing.T, kinds []string) (*holder, error) {
	code := "local folder, name = os.getenv('FOLDER'), 'weir-' .. os.getenv('WEIR_TEST_TOKEN')\nlocal held = {" + strings.Join(kinds, ",\n") + "}\nstart('sleep 100') print('ready') io.stdout:flush() time.sleep(100)"
	v := newVictim(t, "-e", code)
	if err := freshMemory(v.folder); err == nil { // in a namespace of the round's own
		err = os.Mkdir(v.folder+"/run", 0o700)
		if err != nil {
			return nil, err
		}
	}
	v.SysProcAttr = nil
	for _, path := range []string{v.folder, v.folder + "/run"} {
		if err := os.Chown(path, os.Geteuid(), os.Getegid()); err != nil {
			return nil, err
		}
	}
	out, err := v.StdoutPipe()
	if err != nil {
		return nil, err
	}
	v.Stderr = v.Stdout
	if err := v.Start(); err != nil {
		return nil, err
	}
	h := &holder{v, bufio.NewReader(out)}
	if line, err := h.out.ReadString('\n'); line != "ready\n" {
		rest, _ := io.ReadAll(h.out)
		return nil, fmt.Errorf("weir says %q %q, %v\n%s", line, rest, err, code)
	}
	return h, nil
}

// kill kills weir and its guard so that neither sees the other die, and what they
// started.
func (h *holder) kill() error {
	guards := childrenOf(h.Process.Pid)
	h.Process.Signal(syscall.SIGSTOP)
	for _, pid := range guards {
		syscall.Kill(pid, syscall.SIGSTOP)
	}
	left := end(h.processes()...)
	h.Wait()
	if left = append(left, h.gone()...); len(left) > 0 {
		return fmt.Errorf("still there: %q", left)
	}
	return nil
}

// listed is a row of weir ls --json.
type listed struct{ Kind, Name, Path, State, Why string }

func (v *victimWeir) ls() ([]listed, error) {
	out, err := v.again("ls", "--json").Output()
	if err != nil {
		return nil, fmt.Errorf("weir ls: %w", err)
	}
	var rows []listed
	for _, line := range bytes.Split(bytes.TrimSpace(out), []byte("\n")) {
		var row listed
		if len(line) == 0 {
			continue
		}
		if err := json.Unmarshal(line, &row); err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// clean has other weirs finish what the dead left, in each way there is.
func (v *victimWeir) clean() error {
	for _, args := range [][]string{{"-e", `run("true" | "cat")`}, {"-e", `queue("` + v.token + `-other")`}, {"clean"}, {"clean", "--kept"}} {
		if out, err := v.again(args...).CombinedOutput(); err != nil {
			return fmt.Errorf("weir %q: %w: %s", args, err, out)
		}
	}
	return nil
}

// paths are the names in the file system: the folder's and the shared memory's.
func (v *victimWeir) paths() []string {
	list := v.names()
	return slices.DeleteFunc(list, func(p string) bool { return strings.HasPrefix(p, queues) })
}

// draw gives some of the makers.
func draw(r *rounds) (kinds []string) {
	for _, m := range makers {
		if r.IntN(2) == 0 {
			kinds = append(kinds, m)
		}
	}
	return kinds
}

// remountRound mounts the file systems anew, and has another program make what weir had
// made, with the same inodes; or it covers them for a while.
func remountRound(t *testing.T, r *rounds, f *namesFigures) {
	kinds, cover := draw(r), r.IntN(3) == 0
	err := apart(func() error {
		h, err := hold(t, kinds)
		if err != nil {
			return err
		}
		if err := h.kill(); err != nil {
			return err
		}
		f.killed++
		defer h.again("clean", "--kept").Run()
		paths := h.paths()
		if cover {
			if err := freshMemory("/dev/shm"); err != nil {
				return err
			}
			if err := h.clean(); err != nil {
				return err
			}
			if err := unix.Unmount("/dev/shm", 0); err != nil {
				return err
			}
			rows, err := h.ls()
			if err != nil {
				return err
			}
			for _, p := range h.paths() {
				if !slices.ContainsFunc(rows, func(l listed) bool { return l.Path == p }) {
					return fmt.Errorf("%s was covered for a while, and is not listed: %v", p, rows)
				}
			}
			f.unproved += len(rows)
			return nil
		}
		// Their inodes, and those of the folders between, in their order.
		type object struct {
			path string
			st   unix.Stat_t
		}
		var objects []object
		folders, _ := filepath.Glob("/dev/shm/weir-*")
		for _, p := range slices.Compact(slices.Sorted(slices.Values(append(paths, folders...)))) {
			o := object{path: p}
			if err := unix.Lstat(p, &o.st); err != nil {
				return err
			}
			if strings.HasPrefix(p, "/dev/shm") {
				objects = append(objects, o)
			}
		}
		slices.SortFunc(objects, func(a, b object) int { return int(int64(a.st.Ino) - int64(b.st.Ino)) })
		if err := unix.Unmount("/dev/shm", 0); err != nil {
			return err
		}
		if err := freshMemory("/dev/shm"); err != nil {
			return err
		}
		for i := range objects {
			o := &objects[i]
			for {
				if o.st.Mode&unix.S_IFMT == unix.S_IFDIR {
					err = os.Mkdir(o.path, 0o700)
				} else {
					err = unix.Mknod(o.path, o.st.Mode, 0)
				}
				var st unix.Stat_t
				if err == nil {
					err = unix.Lstat(o.path, &st)
				}
				if err != nil {
					return err
				}
				if st.Ino >= o.st.Ino {
					o.st = st
					break
				}
				if err := os.Remove(o.path); err != nil {
					return err
				}
			}
		}
		if err := h.clean(); err != nil {
			return err
		}
		rows, err := h.ls()
		if err != nil {
			return err
		}
		for _, o := range objects {
			var st unix.Stat_t
			if err := unix.Lstat(o.path, &st); err != nil || st.Ino != o.st.Ino {
				return fmt.Errorf("what another program made is removed: %s, %v; weir ls: %v", o.path, err, rows)
			}
			f.foreign++
		}
		for _, row := range rows {
			if row.Why == "" {
				return fmt.Errorf("listed without a reason: %v", row)
			}
		}
		f.unproved += len(rows)
		return nil
	}, unix.CLONE_NEWIPC)
	if err != nil {
		t.Errorf("remount, cover=%v, of %s: %v", cover, kinds, err)
	}
}

// namespaceRound has weirs in other namespaces share the folder of registers: whether the
// holder lives or was killed, they leave its names alone, and list them.
func namespaceRound(t *testing.T, r *rounds, f *namesFigures) {
	kinds, alive := draw(r), r.IntN(2) == 0
	space := [][]string{{"-m"}, {"-i"}, {"-p", "-f", "--mount-proc"}}[r.IntN(3)]
	err := apart(func() error {
		h, err := hold(t, kinds)
		if err != nil {
			return err
		}
		defer h.again("clean", "--kept").Run()
		if alive {
			defer h.kill()
		} else if err := h.kill(); err != nil {
			return err
		} else {
			f.killed++
		}
		before := h.paths()
		inside, err := h.ls()
		if err != nil {
			return err
		}
		other := *h.victimWeir
		other.through = append([]string{"unshare"}, space...)
		if err := other.clean(); err != nil {
			return err
		}
		if after := h.paths(); !slices.Equal(before, after) {
			return fmt.Errorf("there were %q, and are %q", before, after)
		}
		rows, err := other.ls()
		if err != nil {
			return err
		}
		if len(rows) < len(inside) {
			return fmt.Errorf("listed are %v, and in its own namespace %v", rows, inside)
		}
		for _, row := range rows {
			if !strings.HasPrefix(row.Why, "of another ") {
				return fmt.Errorf("listed without a reason: %v", row)
			}
		}
		if again, err := h.ls(); err != nil || !slices.Equal(again, inside) {
			return fmt.Errorf("in its own namespace %v are listed, and were %v, %v", again, inside, err)
		}
		f.foreign += len(before)
		f.unproved += len(rows)
		return nil
	}, unix.CLONE_NEWIPC)
	if err != nil {
		t.Errorf("namespace, unshare %s, alive=%v, of %s: %v", space, alive, kinds, err)
	}
}

// takenRound has another user take the folders' names, now and then, before and while two
// weirs of a third look for theirs at once: those meet, and what was taken stays.
func takenRound(t *testing.T, r *rounds, f *namesFigures) {
	const attacker, user = 1234, nobody
	ways := []func(path string) error{
		func(path string) error { return os.Mkdir(path, 0o777) },
		func(path string) error { return os.Symlink("/tmp", path) },
		func(path string) error { return os.WriteFile(path, nil, 0o666) },
	}
	taken := []string{fmt.Sprintf("/dev/shm/weir-%d", user), "/dev/shm/run/weir"}
	how := []int{r.IntN(len(ways) + 1), r.IntN(len(ways) + 1)}
	err := apart(func() error {
		if err := os.Mkdir("/dev/shm/run", 0o777); err != nil {
			return err
		}
		if err := os.Chmod("/dev/shm/run", 0o777|os.ModeSticky); err != nil {
			return err
		}
		var before [2]unix.Stat_t
		for i, path := range taken {
			if how[i] == len(ways) {
				continue
			}
			if err := ways[how[i]](path); err != nil {
				return err
			}
			if err := os.Lchown(path, attacker, attacker); err != nil {
				return err
			}
			if err := unix.Lstat(path, &before[i]); err != nil {
				return err
			}
		}
		as := func(code string) *exec.Cmd {
			c := exec.Command(weir, "-e", code)
			c.Env = append(os.Environ(), "XDG_RUNTIME_DIR=/dev/shm/run")
			c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: user, Gid: user, NoSetGroups: true}}
			return c
		}
		// Either makes the ring, and either the semaphore, whoever comes first.
		const both = `local r, s = ring("soak", {slots = 4, size = 8}), semaphore("soak", 0) `
		send := as(both + `r:send"hello" s:wait{timeout = "20s"}`)
		var said bytes.Buffer
		send.Stdout, send.Stderr = &said, &said
		if err := send.Start(); err != nil {
			return err
		}
		out, err := as(both + `print((r:receive{timeout = "20s"})) s:post()`).CombinedOutput()
		if e := send.Wait(); e != nil || err != nil || string(out) != "hello\n" {
			return fmt.Errorf("they do not meet: %q, %v; %q, %v", out, err, said.Bytes(), e)
		}
		for i, path := range taken {
			var st unix.Stat_t
			if how[i] < len(ways) && (unix.Lstat(path, &st) != nil || st.Ino != before[i].Ino || st.Mode != before[i].Mode) {
				return fmt.Errorf("%s of the attacker is changed", path)
			}
		}
		f.met++
		return nil
	}, unix.CLONE_NEWIPC)
	if err != nil {
		t.Errorf("taken by another, ways %v: %v", how, err)
	}
}

// killAmongPairs kills weir and its guard while thousands of names come and go, and the
// register is written anew now and then: it never grows large, and what is left is listed
// and goes.
func killAmongPairs(t *testing.T, r *rounds, f *namesFigures) {
	v := newVictim(t, "-e", `local folder, name = os.getenv("FOLDER"), "weir-" .. os.getenv("WEIR_TEST_TOKEN")
local held = {shm(name .. "held", {size = 8}), queue(name .. "held", {max = 1, size = 8})}
for i = 1, math.huge do
  for _, x in ipairs{shm(name, {size = 8}), ring(name, {slots = 1, size = 8}), mutex(name), socket("unixgram:" .. folder .. "/sock", {listen = true}), queue(name, {max = 1, size = 8}), mailslot(name)} do x:close() end
  if i % 20 == 0 then print(i) io.stdout:flush() end
end`)
	defer os.RemoveAll(v.folder)
	out, err := v.StdoutPipe()
	if err != nil {
		t.Error(err)
		return
	}
	v.Stderr = v.Stdout
	if err := v.Start(); err != nil {
		t.Error(err)
		return
	}
	h := &holder{v, bufio.NewReader(out)}
	alarm := time.AfterFunc(2*patience, func() { v.Process.Kill() })
	defer alarm.Stop()
	for range 1 + r.IntN(20) {
		if line, err := h.out.ReadString('\n'); err != nil {
			t.Errorf("weir says %q, %v", line, err)
			break
		}
		f.pairs += 20 * 6
	}
	time.Sleep(time.Duration(r.IntN(5000)) * time.Microsecond) // the moment is what is random here
	if err := h.kill(); err != nil {
		t.Error(err)
	}
	f.killed++
	lists, _ := filepath.Glob(v.folder + "/run/weir/names.*")
	for _, path := range lists {
		if info, err := os.Stat(path); err == nil && info.Size() > 1<<20 {
			t.Errorf("%s has %d bytes", path, info.Size())
		}
	}
	rows, err := v.ls()
	if err != nil {
		t.Error(err)
	}
	for _, p := range v.names() {
		if strings.HasSuffix(p, ".socket") {
			continue // a part of the mailslot
		}
		if !slices.ContainsFunc(rows, func(l listed) bool { return l.Path == p || l.Path == "/"+filepath.Base(p) }) {
			t.Errorf("there is %s, and weir ls has %v", p, rows)
		}
	}
	if err := v.clean(); err != nil {
		t.Error(err)
	}
	files, _ := filepath.Glob(v.folder + "/run/weir/*")
	if left := append(v.names(), files...); len(left) > 0 {
		t.Errorf("after weir clean there are %q", left)
	}
}
