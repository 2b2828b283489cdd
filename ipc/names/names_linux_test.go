package names

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"weir/ipc"
	"weir/ipc/leak"
)

// playEnv makes the test binary make names and say so; it then waits for its
// input to end.
const playEnv = "WEIR_TEST_MAKE"

func TestMain(m *testing.M) {
	if scene := scenes[os.Getenv(sceneEnv)]; scene != nil {
		scene()
		os.Exit(0)
	}
	if os.Getenv(playEnv) != "" {
		if err := makeNames(); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("ready")
		os.Stdin.Read(make([]byte, 1))
		os.Exit(0)
	}
	os.Exit(leak.Main(m, nil))
}

// makeNames makes one name of each kind, and one that is to be kept.
func makeNames() error {
	r, err := Open()
	if err != nil {
		return err
	}
	folder, token := os.Getenv("FOLDER"), os.Getenv(playEnv)
	o := ipc.NameOptions{Registrar: r}
	_, err = ipc.CreateQueue(token, 1, 8, o)
	_, e1 := ipc.CreateRegion(token, 8, o)
	_, e2 := ipc.CreateSemaphore(token, 1, o)
	_, e3 := ipc.CreateRing(token, 1, 8, o)
	_, e4 := ipc.CreateMailslot(token, 8, ipc.WaitForever, o)
	_, e5 := ipc.ListenStream(ipc.Addr{Kind: ipc.KindUnix, Name: folder + "/socket"}, o)
	e6 := ipc.MakeFIFO(folder+"/fifo", 0o600, o)
	_, e7 := ipc.CreateRegion(token+"-kept", 8, ipc.NameOptions{Registrar: r.Keeping()})
	return errors.Join(err, e1, e2, e3, e4, e5, e6, e7)
}

// scene is a runtime folder of the test's own, and a maker at work in it.
type scene struct {
	token, folder string
	maker         *leak.Child
	stop          func()
}

func newScene(t *testing.T) *scene {
	t.Helper()
	runtime := t.TempDir()
	t.Setenv("XDG_RUNTIME_DIR", runtime)
	s := &scene{token: fmt.Sprintf("weir-names-%d", os.Getpid()), folder: t.TempDir()}
	t.Cleanup(func() { Clean(true) }) // when the maker is gone
	maker := exec.Command("/proc/self/exe")
	maker.Env = append(os.Environ(), playEnv+"="+s.token, "FOLDER="+s.folder)
	s.maker = leak.Begin(t, maker)
	s.stop = func() { s.maker.In.Close(); s.maker.Wait() }
	s.maker.Expect(t, "ready")
	return s
}

// shown are the kinds and states of what is there, but for parts of others.
func shown(t *testing.T) string {
	t.Helper()
	entries, err := List()
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		if e.Found && !strings.HasSuffix(e.Path, ".socket") {
			list = append(list, fmt.Sprintf("%s %v", e.Kind, e.Alive))
		}
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}

func TestListAndClean(t *testing.T) {
	s := newScene(t)
	const held = "fifo true, mailslot true, queue true, ring true, semaphore true, shm true, shm true, unix true"
	if got := shown(t); got != held {
		t.Errorf("a living maker holds %s", got)
	}
	entries, _ := List()
	for i, pids := range Attached(entries) {
		e := entries[i]
		named := e.Kind == ipc.KindFIFO // nobody has it open
		if got := slices.Contains(pids, s.maker.Process.Pid); got == named {
			t.Errorf("%s %s: attached are %v, and the maker is %d", e.Kind, e.Path, pids, s.maker.Process.Pid)
		}
	}
	if removed, err := Clean(true); err != nil || len(removed) > 0 {
		t.Errorf("clean takes from the living: %v, %v", removed, err)
	}
	s.maker.Process.Kill()
	s.stop()
	if got := shown(t); got != strings.ReplaceAll(held, "true", "false") {
		t.Errorf("a dead maker left %s", got)
	}
	if _, err := Clean(false); err != nil {
		t.Fatal(err)
	}
	if got := shown(t); got != "shm false" {
		t.Errorf("after clean there is %s, and should be what was kept", got)
	}
	if _, err := Clean(true); err != nil {
		t.Fatal(err)
	}
	if got := shown(t); got != "" {
		t.Errorf("after clean --kept there is %s", got)
	}
	folder, _ := ipc.RuntimeFolder()
	if left, _ := os.ReadDir(folder); len(left) > 0 {
		t.Errorf("the runtime folder still has %v", left)
	}
}

// TestIdentity puts other things where the names were: they are nobody's to
// remove.
func TestIdentity(t *testing.T) {
	s := newScene(t)
	fifo, region := s.folder+"/fifo", "/dev/shm/"+s.token
	for _, path := range []string{fifo, region} {
		if err := errors.Join(os.Remove(path), os.WriteFile(path, []byte("mine"), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	defer os.Remove(region)
	s.maker.Process.Kill()
	s.stop()
	if _, err := Clean(true); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{fifo, region} {
		if text, err := os.ReadFile(path); err != nil || string(text) != "mine" {
			t.Errorf("%s: %q, %v", path, text, err)
		}
	}
}

// TestRegister is a register's life in one process.
func TestRegister(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	r, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "fifo")
	if err := ipc.MakeFIFO(path, 0o640, ipc.NameOptions{Registrar: r}); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(path); err != nil || info.Mode() != fs.ModeNamedPipe|0o640 {
		t.Errorf("%v, %v", info, err)
	}
	if err := r.Remove(path); err != nil {
		t.Error(err)
	}
	if err := r.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a second time: %v", err)
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the FIFO is still there: %v", err)
	}
	if err := ipc.MakeFIFO(path, 0o600, ipc.NameOptions{Registrar: r}); err != nil {
		t.Fatal(err)
	}
	register := pathOf(r.File())
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	for _, p := range []string{path, register} {
		if _, err := os.Lstat(p); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s outlives the register: %v", p, err)
		}
	}
}

// FuzzReadRegister: whatever a register says, only what has the identity it
// names is removed, and a file beside it is not.
func FuzzReadRegister(f *testing.F) {
	line, _ := json.Marshal(Name{Kind: ipc.KindFIFO, Name: "x", Path: "/tmp/x", FileID: ipc.FileID{Dev: 1, Ino: 2}})
	f.Add([]byte(string(line) + "\n"))
	f.Add([]byte("{\"kind\":\"shm\",\"path\":\"@\",\"ino\":0}\n"))
	f.Add([]byte("\n\n{\"gone\":true}\n{"))
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(t.TempDir(), "precious")
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		names, err := readList(bytes.NewReader(bytes.ReplaceAll(text, []byte("@"), []byte(path))))
		if err != nil {
			t.Errorf("%q: %v", text, err)
		}
		for _, n := range names {
			if n.Path == path { // nothing else here is worth a try
				n.Remove()
			}
		}
		if _, err := ipc.LookAt(path); err != nil {
			t.Errorf("%q removes a file: %v", text, err)
		}
	})
}
