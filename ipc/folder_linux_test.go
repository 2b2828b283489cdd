package ipc

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// takeName are ways to take a folder's name before its user does.
var takeName = map[string]func(path string) error{
	"a symbolic link": func(path string) error { return os.Symlink(os.TempDir(), path) },
	"a file":          func(path string) error { return os.WriteFile(path, nil, 0o600) },
	"another's": func(path string) error {
		if os.Geteuid() != 0 {
			return os.WriteFile(path, nil, 0o600)
		}
		return errors.Join(os.Mkdir(path, 0o700), os.Chown(path, 65534, 65534))
	},
}

// TestTakenFolder: whatever has the name, the user has a folder, the same one each time,
// and leaves what has the name alone.
func TestTakenFolder(t *testing.T) {
	for how, take := range takeName {
		t.Run(how, func(t *testing.T) {
			parent := t.TempDir()
			path := filepath.Join(parent, "weir")
			if err := take(path); err != nil {
				t.Fatal(err)
			}
			before, err := LookAt(path)
			if err != nil {
				t.Fatal(err)
			}
			folder, err := ownFolder(parent, "weir")
			if err != nil || !strings.HasPrefix(folder, path+".") || folderState(folder) != folderChosen {
				t.Fatalf("it has %q, %v", folder, err)
			}
			if again, err := ownFolder(parent, "weir"); again != folder {
				t.Errorf("then it has %q, %v", again, err)
			}
			if after, err := LookAt(path); after != before || err != nil {
				t.Errorf("what had the name is changed: %v, %v, %v", before, after, err)
			}
			// The name is free again: those that run have the other folder.
			os.RemoveAll(path)
			if again, err := ownFolder(parent, "weir"); again != folder {
				t.Errorf("when the name is free it has %q, %v", again, err)
			}
		})
	}
}

// TestOpenFolder: one of the user's own that is open to others is refused, and the error
// says what mends it.
func TestOpenFolder(t *testing.T) {
	parent := t.TempDir()
	path := filepath.Join(parent, "weir")
	if err := errors.Join(os.Mkdir(path, 0o777), os.Chmod(path, 0o777)); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_RUNTIME_DIR", parent)
	if folder, err := RuntimeFolder(); err == nil || !strings.Contains(err.Error(), "chmod 700 mends it") {
		t.Errorf("it has %q, %v", folder, err)
	}
	if err := os.Chmod(path, 0o700); err != nil {
		t.Fatal(err)
	}
	if folder, err := RuntimeFolder(); folder != path || err != nil {
		t.Errorf("when that is mended: %q, %v", folder, err)
	}
}

// TestFoldersMeet: processes that look for their folder at once get the same one, while
// another takes the name and frees it.
func TestFoldersMeet(t *testing.T) {
	for round := range 100 {
		parent := t.TempDir()
		path := filepath.Join(parent, "weir")
		stop := make(chan struct{})
		var hostile, users sync.WaitGroup
		hostile.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if os.Symlink("/nonexistent", path) == nil {
					os.Remove(path)
				}
			}
		})
		got := make([]string, 8)
		for i := range got {
			users.Go(func() {
				folder, err := ownFolder(parent, "weir")
				if err != nil {
					t.Error(err)
				}
				got[i] = folder
			})
		}
		users.Wait()
		close(stop)
		hostile.Wait()
		for _, folder := range got {
			if folder != got[0] {
				t.Fatalf("round %d: they have %q", round, got)
			}
		}
		if again, err := ownFolder(parent, "weir"); again != got[0] {
			t.Fatalf("round %d: afterwards it is %q and was %q, %v", round, again, got[0], err)
		}
	}
}

// TestUnusableRuntimeDir: where XDG_RUNTIME_DIR is of no use there is another place, the
// same as where it is not set.
func TestUnusableRuntimeDir(t *testing.T) {
	dir := t.TempDir()
	file, open := filepath.Join(dir, "file"), filepath.Join(dir, "open")
	if err := errors.Join(os.WriteFile(file, nil, 0o600), os.Mkdir(open, 0o700), os.Chmod(open, 0o777)); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_RUNTIME_DIR", "")
	want, err := RuntimeFolder()
	if err != nil {
		t.Fatal(err)
	}
	list := []string{"run", "./run", filepath.Join(dir, "none"), file, open}
	if os.Geteuid() == 0 {
		theirs := filepath.Join(dir, "theirs")
		if err := errors.Join(os.Mkdir(theirs, 0o700), os.Chown(theirs, 65534, 65534)); err != nil {
			t.Fatal(err)
		}
		list = append(list, theirs)
	} else {
		closed := filepath.Join(dir, "closed")
		if err := os.Mkdir(closed, 0o500); err != nil {
			t.Fatal(err)
		}
		list = append(list, closed)
	}
	for _, value := range list {
		t.Setenv("XDG_RUNTIME_DIR", value)
		if got, err := RuntimeFolder(); got != want || err != nil {
			t.Errorf("XDG_RUNTIME_DIR=%s: %q, %v, not %q", value, got, err, want)
		}
	}
	ours := filepath.Join(dir, "ours")
	if err := os.Mkdir(ours, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_RUNTIME_DIR", ours)
	if got, err := RuntimeFolder(); got != ours+"/weir" || err != nil {
		t.Errorf("a good one: %q, %v", got, err)
	}
}
