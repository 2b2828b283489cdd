package command

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
)

// byName are all channels and locks with a name. A party waits at C, or at what the name
// NAME stands for; another program lets it go on by free.
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

// TestWaitsForStrangers: who waits at what has a name, with nobody else there, says once
// that only another program could let it go on, and goes on when one does.
func TestWaitsForStrangers(t *testing.T) {
	parties := map[string]string{
		"script": "MAKE WAIT",
		"stage":  `MAKE run(proc(function() WAIT end))`,
		"thread": `MAKE run(thread(function() WAIT end))`,
		"twice":  `MAKE WAIT io.stderr:write("again\n") WAIT`,
	}
	var all sync.WaitGroup
	for name, party := range parties {
		for i, row := range byName {
			if name == "twice" && i > 0 {
				continue
			}
			word := fmt.Sprintf("/weir-test-%d-%s-%d", os.Getpid(), name, i)
			party := strings.NewReplacer("MAKE", "local C = "+row.make, "WAIT", row.wait).Replace(party)
			code := strings.NewReplacer("NAME", word, "FIRST", "true").Replace(party)
			free := strings.NewReplacer("NAME", word, "FIRST", "false").Replace("local C = " + row.make + " " + row.free)
			all.Go(func() {
				if err := waitsForStranger(t, code, word, free, name == "twice"); err != nil {
					t.Errorf("%s: %v", code, err)
				}
			})
		}
	}
	all.Wait()
}

// waitsForStranger has another weir end the wait of one, and then a second wait.
func waitsForStranger(t *testing.T, code, name, free string, twice bool) error {
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
