package ipc

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"weir/ipc/leak"
)

func openRegion(t *testing.T, name string) *Region {
	t.Helper()
	r, err := OpenRegion(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func TestRegionIsShared(t *testing.T) {
	old := unix.Umask(0o777)
	defer unix.Umask(old)
	name := testName(t)
	a := createRegion(t, name, 10_000)
	b := openRegion(t, strings.TrimPrefix(name, "/"))
	if a.Size() != 10_000 || b.Size() != 10_000 || a.Addr() != b.Addr() || a.Addr() != (Addr{KindRegion, name}) {
		t.Fatalf("%v of %d, %v of %d", a.Addr(), a.Size(), b.Addr(), b.Size())
	}
	a.Bytes()[9_999] = 7
	if b.Bytes()[9_999] != 7 || b.Bytes()[0] != 0 {
		t.Error("a store through one mapping is not seen through the other")
	}
	info, err := os.Stat(shmFolder + name)
	if err != nil || info.Mode() != 0o600 {
		t.Errorf("mode %v, %v, whatever the umask", info.Mode(), err)
	}
	if err := a.Close(); err != nil || a.Close() != nil {
		t.Errorf("close: %v, and the second time nil", err)
	}
	if b.Bytes()[9_999] != 7 {
		t.Error("it is gone with the one who made it")
	}
}

// TestRegionPrivate: one without a name travels by its descriptor, and nobody
// can change its size under those who have it mapped.
func TestRegionPrivate(t *testing.T) {
	a := createRegion(t, "", 5000)
	fd, err := unix.FcntlInt(a.File().Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	b, err := RegionFromFile(os.NewFile(uintptr(fd), "b"), "")
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if a.Bytes()[1] = 3; b.Bytes()[1] != 3 || b.Size() != 5000 {
		t.Error("not the same memory")
	}
	for _, size := range []int64{0, 4999, 5001} {
		if err := unix.Ftruncate(fd, size); err != unix.EPERM {
			t.Errorf("size %d: %v", size, err)
		}
	}
	if flags, err := unix.FcntlInt(a.File().Fd(), unix.F_GETFD, 0); err != nil || flags&unix.FD_CLOEXEC == 0 {
		t.Errorf("flags %#x, %v: it is open in every child", flags, err)
	}
}

// TestRegionJoinsC has a C program make what weir joins, and join what weir makes.
func TestRegionJoinsC(t *testing.T) {
	program, name := compiled(t, "region.c"), testName(t)
	t.Run("C joins", func(t *testing.T) {
		r := createRegion(t, name, 6000)
		copy(r.Bytes(), "from Go\x00")
		out, err := exec.Command(program, "join", name).CombinedOutput()
		if want := "6000 600 from Go\n"; err != nil || string(out) != want {
			t.Errorf("%v: %q, not %q", err, out, want)
		}
		if got, _, _ := bytes.Cut(r.Bytes()[64:], []byte{0}); string(got) != "C answers" {
			t.Errorf("%q came back", got)
		}
	})
	t.Run("C makes", func(t *testing.T) {
		defer os.Remove(shmFolder + name)
		c := leak.Begin(t, exec.Command(program, "make", name, "5000"))
		c.Expect(t, "ready")
		r := openRegion(t, name)
		if text, _, _ := bytes.Cut(r.Bytes(), []byte{0}); string(text) != "from C" || r.Size() != 5000 {
			t.Errorf("%q, %d bytes", text, r.Size())
		}
		copy(r.Bytes()[64:], "Go answers\x00")
		c.Say(t, "")
		if rest, want := c.End(t), "5000 Go answers\n"; rest != want {
			t.Errorf("C saw %q, not %q", rest, want)
		}
	})
	t.Run("C has sized nothing", func(t *testing.T) {
		defer os.Remove(shmFolder + name)
		if out, err := exec.Command(program, "size", name, "0").CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		_, err := OpenRegion(name)
		wantError(t, err, nil, "has no bytes yet")
	})
	t.Run("C has sized and not allocated", func(t *testing.T) {
		defer os.Remove(shmFolder + name)
		if out, err := exec.Command(program, "size", name, "100000").CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		r := openRegion(t, name)
		var st unix.Stat_t
		if err := unix.Fstat(int(r.File().Fd()), &st); err != nil || st.Blocks*512 < 100_000 {
			t.Errorf("%d bytes are there, %v", st.Blocks*512, err)
		}
	})
}

// wantError checks that an error says what was to be done to what, why, and what the
// cause is.
func wantError(t *testing.T, err, cause error, text string) {
	t.Helper()
	var e *Error
	switch {
	case !errors.As(err, &e):
		t.Errorf("%v (%T) is no *Error", err, err)
	case cause != nil && !errors.Is(err, cause):
		t.Errorf("%v is not %v", err, cause)
	case !strings.Contains(err.Error(), text):
		t.Errorf("%q does not say %q", err, text)
	}
}

func TestRegionRefusals(t *testing.T) {
	for _, row := range []struct{ name, text string }{
		{"/", "empty"}, {"a/b", "slash"}, {"//a", "slash"}, {"/a/", "slash"}, {"a\x00b", "NUL"}, {".", "folder"}, {"/..", "folder"},
		{strings.Repeat("x", 300), "300 bytes"},
	} {
		_, err := CreateRegion(row.name, 10, NameOptions{})
		wantError(t, err, nil, row.text)
		_, err = OpenRegion(row.name)
		wantError(t, err, nil, row.text)
	}
	_, err := OpenRegion("")
	wantError(t, err, nil, "empty")
	for _, name := range []string{"", testName(t)} {
		for size, text := range map[int]string{0: "zero", -1: "-1 bytes", 1<<40 + 1: "no machine"} {
			_, err := CreateRegion(name, size, NameOptions{})
			wantError(t, err, nil, text)
		}
		_, err := CreateRegion(name, 1<<40, NameOptions{})
		wantError(t, err, unix.ENOMEM, "1099511627776 bytes of shared memory are not to be had")
		if _, err := os.Lstat(shmFolder + testName(t)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a name is left: %v", err)
		}
	}
	_, err = OpenRegion(testName(t))
	wantError(t, err, fs.ErrNotExist, testName(t))
}

// TestRegionOccupied: what has the name already is never replaced, and joined only
// where it is a region of ours.
func TestRegionOccupied(t *testing.T) {
	name := testName(t)
	path := shmFolder + name
	target := filepath.Join(t.TempDir(), "target")
	if err := os.WriteFile(target, []byte("not to be touched"), 0o600); err != nil {
		t.Fatal(err)
	}
	for what, row := range map[string]struct {
		make  func() error
		cause error
		text  string
	}{
		"a symbolic link": {func() error { return os.Symlink(target, path) }, unix.ELOOP, "symbolic link"},
		"a broken link":   {func() error { return os.Symlink(target+"x", path) }, unix.ELOOP, "symbolic link"},
		"a folder":        {func() error { return os.Mkdir(path, 0o700) }, unix.EISDIR, ""},
		"a FIFO":          {func() error { return unix.Mkfifo(path, 0o600) }, nil, "no shared memory"},
	} {
		t.Run(what, func(t *testing.T) {
			if err := row.make(); err != nil {
				t.Fatal(err)
			}
			defer os.Remove(path)
			_, err := CreateRegion(name, 100, NameOptions{})
			wantError(t, err, fs.ErrExist, name)
			_, err = OpenRegion(name)
			wantError(t, err, row.cause, row.text)
		})
	}
	t.Run("another user's", func(t *testing.T) {
		if os.Geteuid() != 0 {
			t.Skip("only root can make one")
		}
		r := createRegion(t, name, 100)
		if err := r.File().Chown(65534, 65534); err != nil {
			t.Fatal(err)
		}
		_, err := OpenRegion(name)
		wantError(t, err, ErrNotOurs, name)
	})
	if text, err := os.ReadFile(target); string(text) != "not to be touched" {
		t.Errorf("the link's target holds %q, %v", text, err)
	}
}

func TestRegionFromFile(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	_, err = RegionFromFile(r, "x")
	wantError(t, err, nil, "no shared memory")
	if _, err := r.Stat(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("the descriptor was not taken over: %v", err)
	}
}

// TestRegionFullTmpfs fills a tmpfs: the error comes when the region is made, and
// no SIGBUS when it is used.
func TestRegionFullTmpfs(t *testing.T) {
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=256k"); err != nil {
		t.Skipf("no tmpfs to fill: %v", err)
	}
	defer unix.Unmount(dir, unix.MNT_DETACH)
	a := Addr{KindRegion, "/full"}
	_, err := createRegionAt(a, dir+"/full", 1<<20, nil, NameOptions{})
	wantError(t, err, syscall.ENOSPC, "1048576 bytes of shared memory are not to be had ("+dir+" has 262144 left)")
	sparse := filepath.Join(dir, "sparse")
	if err := errors.Join(os.WriteFile(sparse, nil, 0o600), os.Truncate(sparse, 1<<20)); err != nil {
		t.Fatal(err)
	}
	_, err = openRegionAt(a, sparse)
	wantError(t, err, syscall.ENOSPC, "not to be had")
	r, err := createRegionAt(a, dir+"/fits", 128<<10, nil, NameOptions{})
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
}

// TestRegionAppearsWhole has many make one name: one of them does, and whoever
// sees the name sees the whole first state.
func TestRegionAppearsWhole(t *testing.T) {
	a := Addr{KindRegion, testName(t)}
	path := shmFolder + a.Name
	defer os.Remove(path)
	registered := make(chan FileID, 8)
	init := func(r *Region) error {
		for i := range r.Bytes() {
			r.Bytes()[i] = 1
		}
		return nil
	}
	made := make(chan *Region, 8)
	for range cap(made) {
		go func() {
			r, err := createRegionAt(a, path, 100_000, init, NameOptions{Registrar: registrarOf(registered)})
			if err != nil && !errors.Is(err, fs.ErrExist) {
				t.Error(err)
			}
			made <- r
		}()
	}
	for {
		r, err := openRegionAt(a, path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(r.Bytes(), []byte{1}); n != 100_000 {
			t.Errorf("%d bytes of the first state are there", n)
		}
		r.Close()
		break
	}
	winners := 0
	for range cap(made) {
		if r := <-made; r != nil {
			winners++
			r.Close()
		}
	}
	l, err := LookAt(path)
	if winners != 1 || err != nil {
		t.Fatalf("%d made it, %v", winners, err)
	}
	close(registered)
	for id := range registered {
		if id == l.FileID {
			return
		}
	}
	t.Error("the registrar was not told of what has the name")
}

type registrarOf chan FileID

func (c registrarOf) Register(a Addr, path string, id FileID) error {
	c <- id
	return nil
}

func (c registrarOf) Withdraw(path string, id FileID) {}

func TestUnlink(t *testing.T) {
	r := createRegion(t, testName(t), 10)
	if err := Unlink(r.Addr()); err != nil {
		t.Error(err)
	}
	wantError(t, Unlink(r.Addr()), fs.ErrNotExist, "unlink shm "+testName(t))
	if r.Bytes()[9] = 1; r.Bytes()[9] != 1 {
		t.Error("it is gone with its name")
	}
}
