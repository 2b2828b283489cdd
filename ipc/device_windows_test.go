package ipc

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDevices: where the name of a file is a device's, none is made, and an error says what the name is. NUL is always
// there; the others may be, as the console is not for a service.
func TestDevices(t *testing.T) {
	folder := t.TempDir()
	write := os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	for _, name := range []string{"NUL", "nul", "CON", "PRN", "AUX", "COM1", "COM9", "LPT1", "LPT9", "nul.txt"} {
		for _, path := range []string{name, filepath.Join(folder, name)} {
			if _, is := device(path); !is { // Windows 11 has fewer of them
				if strings.EqualFold(path, "NUL") {
					t.Errorf("%s is no device", path)
				}
				continue
			}
			if info, err := StatFile(path); err != nil || info.Mode()&fs.ModeDevice == 0 {
				t.Errorf("stat %s: %v, %v", path, info, err)
			}
			f, err := OpenFile(path, write, 0o666)
			if err == nil {
				_, err = f.Write(nil)
				err = errors.Join(err, f.Close())
			}
			nul := strings.HasPrefix(strings.ToLower(name), "nul")
			if err != nil && (nul || !strings.Contains(err.Error(), "is the name of a device here, in every folder")) {
				t.Errorf("open %s: %v", path, err)
			}
		}
	}
	if made, err := os.ReadDir(folder); err != nil || len(made) > 0 {
		t.Errorf("made are %v, %v", made, err)
	}
	for _, name := range []string{"x", "CONX", "NULL", "COM", "x.nul"} {
		if is, yes := device(name); yes {
			t.Errorf("%s is the device %s", name, is)
		}
	}
	for _, a := range []Addr{{KindFIFO, "CON"}, {KindMailslot, "NUL"}, {KindSemaphore, "AUX"}, {KindRegion, "COM1"}} {
		if path, err := PathOf(a); err != nil || !strings.Contains(path, a.Name) {
			t.Errorf("%s: %s, %v", a, path, err)
		}
	}
}
