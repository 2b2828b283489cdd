package command

import (
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// stubborn counts the SIGINTs that it gets, and goes on: first it reads keys, and after
// one it does not. It begins when weir watches for Ctrl-C.
func stubborn() {
	interrupts := make(chan os.Signal, 100)
	signal.Notify(interrupts, os.Interrupt)
	go func() {
		for n := 1; ; n++ {
			<-interrupts
			fmt.Printf("no, %d\n", n)
		}
	}()
	for !isWatched() {
	}
	modes, err := unix.IoctlGetTermios(0, unix.TCGETS)
	if err != nil {
		panic(err)
	}
	raw := *modes
	raw.Lflag &^= unix.ICANON
	for _, state := range []struct {
		modes *unix.Termios
		name  string
	}{{&raw, "raw"}, {modes, "cooked"}} {
		if err := unix.IoctlSetTermios(0, unix.TCSETS, state.modes); err != nil {
			panic(err)
		}
		fmt.Println(state.name)
		if state.name == "raw" {
			os.Stdin.Read(make([]byte, 1))
		}
	}
	select {}
}

// isWatched finds weir's watcher in this process's group.
func isWatched() bool {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, stat := range stats {
		data, _ := os.ReadFile(stat)
		var pid, parent, group int
		var comm, state string
		fmt.Sscan(string(data), &pid, &comm, &state, &parent, &group)
		if comm == "(weir-interrupts)" && group == unix.Getpgrp() {
			return true
		}
	}
	return false
}

// TestPromptStubborn: the second Ctrl-C kills what goes on after the first; but not
// a program that reads keys.
func TestPromptStubborn(t *testing.T) {
	home := t.TempDir()
	linkProgram(t, home, "stubborn")
	s := sit(t, 80, 24, home, nil)
	s.shows("weir>")
	s.enter("$ ./stubborn")
	s.shows("raw")
	for n := range 2 {
		s.keys("\x03")
		said := fmt.Sprintf("no, %d", n+1)
		s.await(said, func(text string) bool { return strings.Contains(text, said) }) // ^C may stand behind it
	}
	s.keys("x")
	s.shows("*cooked")
	for n, killed := 3, false; !killed; n++ { // two may be far apart on a slow machine
		s.keys("\x03") // which drops what is not shown yet, tcflush(3)
		said := fmt.Sprintf("no, %d", n)
		s.await(said+", or a prompt", func(text string) bool {
			killed = strings.HasSuffix(text, "weir>")
			return killed || strings.Contains(text, said)
		})
	}
	s.keys("\x04")
	if status := s.ends(); status != 0 {
		t.Errorf("status %d", status)
	}
}
