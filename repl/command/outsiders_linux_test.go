package command

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
)

// byName are all channels and locks with a name, and what a party and another program do.
var byName = []struct{ make, wait, free string }{
	{`ring("NAME", {slots = 2})`, `C:receive()`, `C:send("x")`},
	{`ring("NAME", {slots = 0})`, `C:receive()`, `C:send("x")`},
	{`ring("NAME", {slots = 2})`, `for i = 1, 3 do C:send("x") end`, `C:receive()`},
	{`queue("NAME", {max = 2})`, `C:receive()`, `C:send("x")`},
	{`queue("NAME", {max = 2})`, `for i = 1, 3 do C:send("x") end`, `C:receive()`},
	{`mailbox("NAME")`, `C:receive()`, `C:send("x")`},
	{`mailslot("NAME", {client = not FIRST})`, `C:receive()`, `C:send("x")`},
	{`semaphore("NAME", 0)`, `C:wait()`, `C:post()`},
	{`event("NAME")`, `C:wait()`, `C:set()`},
	{`barrier("NAME", 2)`, `C:wait()`, `C:wait()`},
	{`condition("NAME")`, `local m = mutex() m:lock() C:wait(m)`, `C:signal()`},
	{`shm("NAME", {layout = "sem_t s;"}) if FIRST then C.s:init(0) end`, `C.s:wait()`, `C.s:post()`},
}

// relayed are the ways in which a relay of weir's waits at a channel of messages.
var relayed = []struct{ run, free string }{
	{`C | "head -n 1"`, `C:send("x")`},
	{`C | tee("head -n 1", "head -n 1")`, `C:send("x")`},
	{`C | deal(sh"head -n 1")`, `C:send("x")`},
	{`merge(C, sh"true") | "head -n 1"`, `C:send("x")`},
	{`concat(C, sh"true") | "head -n 1"`, `C:send("x")`},
	{`"seq 3" | C`, `for i = 1, 3 do C:receive() end`},
	{`"seq 3" | tee(C, "wc -l")`, `for i = 1, 3 do C:receive() end`},
}

// TestWaitsForOutsiders: who waits at what has a name, with nobody else there, says once
// that only another program could let it go on, and goes on when one does.
func TestWaitsForOutsiders(t *testing.T) {
	var all sync.WaitGroup
	n := 0
	check := func(make, wait, free string, twice bool) {
		n++
		name := fmt.Sprintf("/weir-test-%d-%d", os.Getpid(), n)
		code := strings.NewReplacer("NAME", name, "FIRST", "true").Replace("local C = " + make + " " + wait)
		free = strings.NewReplacer("NAME", name, "FIRST", "false").Replace("local C = " + make + " " + free)
		all.Go(func() {
			if err := waitsForOutsider(t, code, name, free, twice); err != nil {
				t.Errorf("%s: %v", code, err)
			}
		})
	}
	for _, row := range byName {
		check(row.make, row.wait, row.free, false)
		check(row.make, "run(proc(function() "+row.wait+" end))", row.free, false)
		check(row.make, "run(thread(function() "+row.wait+" end))", row.free, false)
	}
	first := byName[0]
	check(first.make, first.wait+` io.stderr:write("again\n") `+first.wait, first.free, true)
	for _, make := range []string{byName[0].make, byName[3].make} {
		for _, row := range relayed {
			check(make, "run("+row.run+")", row.free, false)
		}
	}
	all.Wait()
}

// TestKeptOpenFIFO: a script that keeps a FIFO open for its writers, as a server does, waits for them.
func TestKeptOpenFIFO(t *testing.T) {
	path := t.TempDir() + "/fifo"
	c := weir(t, "-e", `run(cmd("mkfifo", arg[1])) local f, g = fifo(arg[1]), fifo(arg[1])
		local j = start(cmd("sleep", "100"):fd(3, f, "r")) f:write("x") f:flush() assert(g:read(1)) j:kill() j:wait() print(g:read())`, path)
	said := speaking(t, c)
	defer c.Wait()
	want := "weir: nobody here can go on: the script waits to read from " + path + ", which is empty"
	if line, err := said.ReadString('\n'); !strings.HasPrefix(line, want) {
		t.Errorf("it says %q, %v", line, err)
	}
	w, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if _, err := w.WriteString("hi\n"); err != nil {
		t.Error(err)
	}
	if rest, err := io.ReadAll(said); len(rest) > 0 || err != nil {
		t.Errorf("then it says %q, %v", rest, err)
	}
}

// waitsForOutsider has another weir end the wait of one, and then a second wait.
func waitsForOutsider(t *testing.T, code, name, free string, twice bool) error {
	c := weir(t, "-e", code)
	said := speaking(t, c)
	defer c.Wait()
	line, err := said.ReadString('\n')
	if !strings.Contains(line, "nobody here can go on: ") || !strings.Contains(line, " may let them, by the name ") || !strings.HasSuffix(line, name[1:]+"\n") {
		return fmt.Errorf("it says %q, %v", line, err)
	}
	if out, err := weir(t, "-e", free).CombinedOutput(); err != nil {
		return fmt.Errorf("the other says %q, %v", out, err)
	}
	if twice {
		if line, err := said.ReadString('\n'); line != "again\n" {
			return fmt.Errorf("then it says %q, %v", line, err)
		}
		if out, err := weir(t, "-e", "time.sleep(2.5) "+free).CombinedOutput(); err != nil {
			return fmt.Errorf("the other says %q, %v", out, err)
		}
	}
	if rest, err := io.ReadAll(said); len(rest) > 0 || err != nil {
		return fmt.Errorf("then it says %q, %v", rest, err)
	}
	return c.Wait()
}
