package names

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"weir/ipc"
	"weir/ipc/leak"
)

// playEnv makes the test binary make names and say so; it then waits for its input to end.
const playEnv = "WEIR_TEST_MAKE"

func TestMain(m *testing.M) {
	if token := os.Getenv(playEnv); token != "" {
		if err := makeNames(token); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("ready")
		os.Stdin.Read(make([]byte, 1))
		os.Exit(0)
	}
	os.Exit(leak.Main(m, nil))
}

// kinds are those of which makeNames makes a name each.
var kinds = []ipc.Kind{ipc.KindRegion, ipc.KindRing, ipc.KindQueue, ipc.KindMailslot, ipc.KindMailbox, ipc.KindSemaphore,
	ipc.KindMutex, ipc.KindCondition, ipc.KindBarrier, ipc.KindEvent, ipc.KindFIFO}

func makeNames(token string) error {
	r, err := Open()
	if err != nil {
		return err
	}
	o := ipc.NameOptions{Registrar: r}
	for _, k := range kinds {
		a := ipc.Addr{Kind: k, Name: token + "-" + string(k)}
		if k == ipc.KindFIFO {
			_, err = ipc.ListenStream(a, o)
		} else {
			_, err = ipc.Create(a, ipc.Spec{Slots: 1, Size: 8, Count: 1}, o)
		}
		if err != nil {
			return err
		}
		if _, err := ipc.Create(a, ipc.Spec{Slots: 1, Size: 8, Count: 1}, o); err == nil {
			return errors.New("it is made twice")
		}
	}
	for _, end := range []string{"", ".mine"} { // what stands for a socket, and what replaces one
		path := filepath.Join(os.TempDir(), token+end)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			return err
		}
		l, err := ipc.LookAt(path)
		if err != nil {
			return err
		}
		if err := r.Register(ipc.Addr{Kind: ipc.KindUnix, Name: path}, path, l.FileID); err != nil {
			return err
		}
	}
	for range 1000 { // the list is written anew
		path := `Local\` + strings.Repeat("x", 100)
		if err := r.Register(ipc.Addr{Kind: ipc.KindRegion, Name: path}, path, ipc.FileID{}); err != nil {
			return err
		}
		r.Withdraw(path, ipc.FileID{})
	}
	if r.size >= compactFrom {
		return fmt.Errorf("the list has %d bytes", r.size)
	}
	return nil
}

// TestNames: what a process has named is listed while it lives. The system removes the names
// of what nobody has open any more, and Clean those of files.
func TestNames(t *testing.T) {
	t.Setenv("LOCALAPPDATA", t.TempDir())
	token := fmt.Sprintf("weir-names-%d", os.Getpid())
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), playEnv+"="+token)
	maker := leak.Begin(t, c)
	maker.Expect(t, "ready")
	region, err := ipc.OpenRegion(token + "-shm")
	if err != nil {
		t.Fatal(err)
	}
	list := func() (found []ipc.Kind) {
		t.Helper()
		entries, err := List()
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.Found {
				found = append(found, e.Kind)
			}
			if e.Found && !strings.HasPrefix(filepath.Base(e.Name.Name), token) {
				t.Errorf("%+v", e)
			}
		}
		return found
	}
	if got, want := list(), append(slices.Clone(kinds), ipc.KindUnix, ipc.KindUnix); !slices.Equal(got, want) {
		t.Errorf("while its maker lives: %v, not %v", got, want)
	}
	if removed, err := Clean(true); len(removed) > 0 || err != nil {
		t.Errorf("while its maker lives: %v, %v", removed, err)
	}
	maker.Process.Kill()
	maker.Wait()
	path := filepath.Join(os.TempDir(), token)
	if err := errors.Join(os.Rename(path+".mine", path+".theirs"), os.WriteFile(path+".mine", nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	defer os.Remove(path + ".theirs")
	defer os.Remove(path + ".mine")
	if got := list(); !slices.Equal(got, []ipc.Kind{ipc.KindRegion, ipc.KindUnix}) {
		t.Errorf("what its maker's death has left: %v", got)
	}
	removed, err := Clean(false)
	if len(removed) != 1 || err != nil || removed[0].Path != path {
		t.Errorf("cleaned: %v, %v", removed, err)
	}
	if _, err := os.Lstat(path + ".mine"); err != nil {
		t.Errorf("what replaced weir's: %v", err)
	}
	if got := list(); !slices.Equal(got, []ipc.Kind{ipc.KindRegion}) {
		t.Errorf("cleaned: %v is left", got)
	}
	region.Close()
	if removed, err := Clean(false); len(removed) > 0 || err != nil {
		t.Errorf("%v, %v", removed, err)
	}
	folder, _ := ipc.RuntimeFolder()
	if left, err := os.ReadDir(folder); len(left) > 0 || err != nil {
		t.Errorf("in the folder of registers: %v, %v", left, err)
	}
}
