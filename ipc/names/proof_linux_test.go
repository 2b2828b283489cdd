package names

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"weir/ipc"
)

// sceneEnv makes the test binary play one of the scenes, in namespaces of its own.
const sceneEnv = "WEIR_TEST_SCENE"

var scenes = map[string]func(){"remount": remount, "pairs": pairs, "names": func() {
	if err := makeNames(); err != nil {
		fmt.Println(err)
	}
}}

// inSpaces plays a scene in new namespaces, and gives what it says.
func inSpaces(t *testing.T, scene string, spaces uintptr, env ...string) string {
	t.Helper()
	c := exec.Command("/proc/self/exe")
	c.Env = append(append(os.Environ(), sceneEnv+"="+scene), env...)
	c.SysProcAttr = &syscall.SysProcAttr{Unshareflags: spaces}
	if spaces&(unix.CLONE_NEWPID) != 0 {
		c.SysProcAttr = &syscall.SysProcAttr{Cloneflags: spaces}
	}
	out, err := c.CombinedOutput()
	if errors.Is(err, unix.EPERM) || errors.Is(err, unix.ENOSYS) {
		t.Skip("namespaces may not be made here: ", err)
	}
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}

// TestRemount: names of each kind are made, their maker dies, their file system is
// mounted anew, and another program makes the same names, which get the same inodes.
// Nothing of weir's removes those, and each is listed with the reason.
func TestRemount(t *testing.T) {
	runtime, folder := t.TempDir(), t.TempDir()
	out := inSpaces(t, "remount", unix.CLONE_NEWNS|unix.CLONE_NEWIPC, "XDG_RUNTIME_DIR="+runtime, "FOLDER="+folder, playEnv+"=weir-remount")
	if strings.HasPrefix(out, "skip: ") {
		t.Skip(out)
	}
	t.Log(out)
	if !strings.HasSuffix(out, "\nok\n") {
		t.Fail()
	}
}

// remount plays TestRemount: it says what is wrong, and ok at the end.
func remount() {
	must := func(err error) {
		if err != nil {
			fmt.Println("cannot go on:", err)
			os.Exit(0)
		}
	}
	folder := os.Getenv("FOLDER")
	mount := func() {
		for _, at := range []string{"/dev/shm", folder} {
			if err := unix.Mount("weir-test", at, "tmpfs", 0, "mode=1777"); err != nil {
				fmt.Println("skip:", err)
				os.Exit(0)
			}
		}
	}
	mount()
	maker := exec.Command("/proc/self/exe")
	maker.Env = slices.DeleteFunc(os.Environ(), func(e string) bool { return strings.HasPrefix(e, sceneEnv) })
	_, err := maker.StdinPipe()
	must(err)
	said, err := maker.StdoutPipe()
	must(err)
	must(maker.Start())
	line, _ := bufio.NewReader(said).ReadString('\n')
	if line != "ready\n" {
		fmt.Println("the maker says", line)
		os.Exit(0)
	}
	maker.Process.Kill()
	maker.Wait()

	entries, err := List()
	must(err)
	fmt.Println(len(entries), "names are made")
	own, err := filepath.Glob("/dev/shm/weir-*")
	must(err)
	for _, path := range own {
		if l, err := ipc.LookAt(path); err == nil && l.Mode&unix.S_IFMT == unix.S_IFDIR {
			entries = append(entries, Entry{Name: Name{Path: path, FileID: l.FileID}})
		}
	}
	// A file system that is mounted over that of the names hides them for a while.
	mount()
	_, err = Clean(true)
	must(err)
	for _, at := range []string{folder, "/dev/shm"} {
		must(unix.Unmount(at, 0))
	}
	for _, e := range entries {
		if standing, why := e.Standing(); standing == Absent && e.Kind != "" && e.Kind != ipc.KindQueue && !strings.HasPrefix(e.Path, os.Getenv("XDG_RUNTIME_DIR")) {
			fmt.Println("gone while another file system was mounted over it:", e.Path, why)
			os.Exit(0)
		}
	}
	if left, err := List(); err != nil || len(left) < 6 {
		fmt.Println("listed after that are", left, err)
		os.Exit(0)
	}
	for _, at := range []string{folder, "/dev/shm"} {
		must(unix.Unmount(at, unix.MNT_DETACH))
	}
	mount()
	// Another program makes them, and their folders, in the order of the inodes.
	slices.SortFunc(entries, func(a, b Entry) int { return int(int64(a.Ino) - int64(b.Ino)) })
	again := map[string]ipc.Look{}
	for _, e := range entries {
		if e.Kind == ipc.KindQueue || strings.HasPrefix(e.Path, os.Getenv("XDG_RUNTIME_DIR")) {
			continue // neither was mounted anew
		}
		for {
			if e.Kind == "" {
				must(os.Mkdir(e.Path, 0o700))
			} else {
				must(unix.Mknod(e.Path, fileType(e.Kind, e.Path)|0o600, 0))
			}
			l, err := ipc.LookAt(e.Path)
			must(err)
			if l.Ino >= e.Ino {
				if l.Ino != e.Ino || l.Dev != e.Dev {
					fmt.Printf("%s: it is not the same inode: %v, %v\n", e.Path, l, e.FileID)
				}
				if e.Kind != "" {
					again[e.Path] = l
				}
				break
			}
			must(os.Remove(e.Path))
		}
	}
	fmt.Println(len(again), "are made by another program")

	there := func(when string) {
		for path, before := range again {
			if l, err := ipc.LookAt(path); err != nil || l != before {
				fmt.Printf("%s: %s: %v, %v\n", when, path, l, err)
				os.Exit(0)
			}
		}
	}
	// What a guard that lived on does: it has the register, whose lock is free.
	registers, _ := filepath.Glob(os.Getenv("XDG_RUNTIME_DIR") + "/weir/" + prefix + "*")
	registers = slices.DeleteFunc(registers, isPart)
	for _, r := range registers {
		f, err := os.Open(r)
		must(err)
		RemoveAll(f)
		f.Close()
	}
	there("a guard cleans")
	_, err = Clean(false)
	must(err)
	there("another run cleans")
	_, err = Clean(true)
	must(err)
	there("weir clean --kept")
	entries, err = List()
	must(err)
	for _, e := range entries {
		if e.Why == "" {
			fmt.Printf("%s is listed without a reason\n", e.Path)
			os.Exit(0)
		}
		delete(again, e.Path)
	}
	if len(again) > 0 {
		fmt.Println("not listed:", again)
		os.Exit(0)
	}
	fmt.Println("ok")
}

// TestNamespaces: a register of another namespace, that shares the folder, and its names
// are left alone, and listed with the reason.
func TestNamespaces(t *testing.T) {
	for _, row := range []struct {
		name   string
		spaces uintptr
		why    string
	}{
		{"mount", unix.CLONE_NEWNS, "of another mount namespace"},
		{"process", unix.CLONE_NEWPID, "of another process namespace"},
		{"IPC", unix.CLONE_NEWIPC, "of another IPC namespace"},
	} {
		t.Run(row.name, func(t *testing.T) {
			runtime, folder := t.TempDir(), t.TempDir()
			t.Setenv("XDG_RUNTIME_DIR", runtime)
			token := fmt.Sprintf("weir-spaces-%d-%s", os.Getpid(), row.name)
			if out := inSpaces(t, "names", row.spaces, "XDG_RUNTIME_DIR="+runtime, "FOLDER="+folder, playEnv+"="+token); out != "" {
				t.Fatal(out)
			}
			paths, _ := filepath.Glob("/dev/shm/*" + token + "*")
			own, _ := filepath.Glob("/dev/shm/weir-*/*" + token + "*")
			more, _ := filepath.Glob(folder + "/*")
			paths = append(append(paths, own...), more...)
			defer func() {
				for _, p := range paths {
					os.Remove(p)
				}
				ipc.Unlink(ipc.Addr{Kind: ipc.KindQueue, Name: token})
			}()
			for range 2 {
				if removed, err := Clean(true); len(removed) > 0 || err != nil {
					t.Fatalf("it removes %v, %v", removed, err)
				}
				for _, p := range paths {
					if _, err := os.Lstat(p); err != nil {
						t.Error(err)
					}
				}
				entries, err := List()
				if err != nil || len(entries) < 8 {
					t.Fatalf("listed are %d, %v", len(entries), err)
				}
				for _, e := range entries {
					if e.Why != row.why {
						t.Errorf("%s: %q", e.Path, e.Why)
					}
				}
			}
		})
	}
}

// TestDoubt: what cannot be proved stays, with its register, until it is gone by other
// means; the register then goes, too.
func TestDoubt(t *testing.T) {
	for _, row := range []struct {
		name, old, new, why string
	}{
		{"boot", `"boot":"`, `"boot":"0`, "of an earlier start of the system"},
		{"no boot", `"boot":"`, `"bout":"`, "its register does not say which start of the system it speaks of"},
		{"birth", `"birth":`, `"birth":-`, "it was born at another time than what weir made"},
		{"mount", `"mount":`, `"mount":1`, "it lies on another mount than what weir made"},
		{"nothing", "", "", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			runtime := t.TempDir()
			t.Setenv("XDG_RUNTIME_DIR", runtime)
			r, err := Open()
			if err != nil {
				t.Fatal(err)
			}
			name := fmt.Sprintf("weir-doubt-%d", os.Getpid())
			region, err := ipc.CreateRegion(name, 8, ipc.NameOptions{Registrar: r})
			if err != nil {
				t.Fatal(err)
			}
			region.Close()
			defer os.Remove("/dev/shm/" + name)
			for _, path := range []string{r.path, r.path + list} {
				text, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, bytes.Replace(text, []byte(row.old), []byte(row.new), 1), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			r.list.Close()
			r.file.Close() // as a process that dies
			removed, err := Clean(true)
			entries, e2 := List()
			if err != nil || e2 != nil {
				t.Fatal(err, e2)
			}
			if row.why == "" {
				if len(removed) != 1 || len(entries) != 0 {
					t.Errorf("removed %v, listed %v", removed, entries)
				}
			} else if len(removed) != 0 || len(entries) != 1 || entries[0].Why != row.why {
				t.Errorf("removed %v, listed %v", removed, entries)
			}
			os.Remove("/dev/shm/" + name)
			if _, err := Clean(false); err != nil {
				t.Fatal(err)
			}
			if left, _ := filepath.Glob(runtime + "/weir/*"); len(left) > 0 {
				t.Errorf("there is still %v", left)
			}
		})
	}
}

// TestOlderRegister: what an older weir wrote down, in one file and without proof, is
// listed and stays.
func TestOlderRegister(t *testing.T) {
	runtime := t.TempDir()
	t.Setenv("XDG_RUNTIME_DIR", runtime)
	path := runtime + "/fifo"
	if err := errors.Join(os.Mkdir(runtime+"/weir", 0o700), unix.Mkfifo(path, 0o600)); err != nil {
		t.Fatal(err)
	}
	l, err := ipc.LookAt(path)
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("{\"pid\":1,\"command\":[\"weir\"]}\n{\"kind\":\"fifo\",\"name\":%q,\"path\":%q,\"dev\":%d,\"ino\":%d}\n", path, path, l.Dev, l.Ino)
	if err := os.WriteFile(runtime+"/weir/names.1-1", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if removed, err := Clean(true); len(removed) > 0 || err != nil {
		t.Errorf("it removes %v, %v", removed, err)
	}
	if entries, err := List(); len(entries) != 1 || entries[0].Why == "" {
		t.Errorf("listed are %v, %v", entries, err)
	}
}

// TestBeingMade: what was made in the moment its maker died is known by its mark; what
// has none, under the same name, is another's.
func TestBeingMade(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	folder := t.TempDir()
	for _, marked := range []bool{true, false} {
		r, err := Open()
		if err != nil {
			t.Fatal(err)
		}
		mode := uint32(0o600)
		if marked {
			mode |= 0o5000
		}
		path := folder + "/socket"
		if err := errors.Join(r.Register(ipc.Addr{Kind: ipc.KindUnix, Name: path}, path, ipc.FileID{}), unix.Mknod(path, unix.S_IFSOCK|mode, 0)); err != nil {
			t.Fatal(err)
		}
		r.list.Close()
		r.file.Close()
		if removed, err := Clean(false); len(removed) == 1 != marked || err != nil {
			t.Errorf("marked %v: removed %v, %v", marked, removed, err)
		}
	}
}

// TestCompact: a register is as long as what it lists, however many names came and went,
// and tells the same at each moment.
func TestCompact(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	r, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	a := func(i int) (ipc.Addr, string, ipc.FileID) {
		path := "/nonexistent/" + strconv.Itoa(i)
		return ipc.Addr{Kind: ipc.KindFIFO, Name: path}, path, ipc.FileID{Ino: uint64(i)}
	}
	const stay = 200
	for i := range 100_000 {
		addr, path, id := a(i + 1)
		if err := r.Register(addr, path, id); err != nil {
			t.Fatal(err)
		}
		if i >= stay {
			r.Withdraw(path, id)
		}
		if i%5000 == 0 {
			info, err := os.Stat(r.path + list)
			if err != nil || info.Size() > 1<<20 {
				t.Fatalf("after %d names it has %v, %v", i, info, err)
			}
			if names, err := readNames(r.path); err != nil || len(names) != min(i+1, stay) {
				t.Fatalf("after %d names it lists %d, %v", i, len(names), err)
			}
		}
	}
}

// TestTornLine: what cannot be written whole, for want of space, hides nothing that
// comes after.
func TestTornLine(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	r, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := r.Register(ipc.Addr{Kind: ipc.KindFIFO, Name: "a"}, "/nonexistent/a", ipc.FileID{Ino: 1}); err != nil {
		t.Fatal(err)
	}
	io.WriteString(r.list, `{"kind":"fifo","na`)
	r.torn = true // as append has it after an error
	if err := r.Register(ipc.Addr{Kind: ipc.KindFIFO, Name: "b"}, "/nonexistent/b", ipc.FileID{Ino: 2}); err != nil {
		t.Fatal(err)
	}
	if names, err := readNames(r.path); err != nil || len(names) != 2 {
		t.Errorf("it lists %v, %v", names, err)
	}
}

// TestUnreadableList: a register whose list cannot be read stays, and so do its names, until it can.
func TestUnreadableList(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	r, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	fifo := t.TempDir() + "/fifo"
	if err := ipc.MakeFIFO(fifo, 0o600, ipc.NameOptions{Registrar: r}); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(r.list.Close(), os.Rename(r.path+list, r.path+".aside"), os.Mkdir(r.path+list, 0o700)); err != nil {
		t.Fatal(err)
	}
	RemoveAll(r.file)
	r.file.Close()
	if _, err := List(); err == nil {
		t.Error("List does not say that there may be more")
	}
	if gone, err := Clean(false); err == nil || len(gone) > 0 {
		t.Errorf("Clean removes %v, %v", gone, err)
	}
	if err := errors.Join(os.Remove(r.path+list), os.Rename(r.path+".aside", r.path+list)); err != nil {
		t.Fatal(err)
	}
	if gone, err := Clean(false); err != nil || len(gone) != 1 || gone[0].Path != fifo {
		t.Errorf("when it can be read Clean removes %v, %v", gone, err)
	}
}

// pairs makes and withdraws names without end, with a hundred that stay, and says so:
// the n-th line is written when n*100 have come and gone.
func pairs() {
	r, err := Open()
	if err != nil {
		fmt.Println(err)
		return
	}
	r.compact = 0 // each time that it is twice as long
	for i := 1; ; i++ {
		path := "/nonexistent/" + strconv.Itoa(i)
		id := ipc.FileID{Ino: uint64(i)}
		r.Register(ipc.Addr{Kind: ipc.KindFIFO, Name: path}, path, id)
		if i > 100 {
			r.Withdraw(path, id)
			r.compact = 0
		} else if i == 100 {
			fmt.Println("ready")
		}
	}
}

// TestKilledWhileCompacting kills a process that writes its list anew all the time: what
// it had said is there is listed, and the files go with the names.
func TestKilledWhileCompacting(t *testing.T) {
	runtime := t.TempDir()
	t.Setenv("XDG_RUNTIME_DIR", runtime)
	for i := range 50 {
		c := exec.Command("/proc/self/exe")
		c.Env = append(os.Environ(), sceneEnv+"=pairs")
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		bufio.NewReader(out).ReadString('\n')
		time.Sleep(time.Duration(i*37%1000) * time.Microsecond) // the moment of the kill
		c.Process.Kill()
		c.Wait()
		registers, _ := filepath.Glob(runtime + "/weir/" + prefix + "*")
		registers = slices.DeleteFunc(registers, isPart)
		if len(registers) != 1 {
			t.Fatalf("registers are %v", registers)
		}
		if names, err := readNames(registers[0]); err != nil || len(names) != 100 && len(names) != 101 {
			t.Fatalf("kill %d: it lists %d names, %v", i, len(names), err)
		}
		if _, err := Clean(false); err != nil {
			t.Fatal(err)
		}
		if left, _ := os.ReadDir(runtime + "/weir"); len(left) > 0 {
			t.Fatalf("kill %d: there is still %v", i, left)
		}
	}
}
