package script

import (
	"os"
	"sync"
	"testing"
)

// copies is a program that copies its lines.
const copies = `sh"cat"`

// seesRelays says that a deadlock is found of which a relay is a party.
const seesRelays = true

// TestAskersMeet: those that ask at the same time whether somebody comes back do not take each
// other for somebody who does.
func TestAskersMeet(t *testing.T) {
	file, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var askers sync.WaitGroup
	for range 4 {
		own, err := describe(file)
		if err != nil {
			t.Fatal(err)
		}
		askers.Go(func() {
			defer own.Close()
			for range 2000 {
				if !nobodyAway(own, 0, -1, []why{here}, func() bool { return true }) {
					t.Error("somebody is said to come back")
					return
				}
			}
		})
	}
	askers.Wait()
}
