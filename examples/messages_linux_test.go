package examples_test

import (
	"io"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"weir/ipc/leak"
	"weir/ipc/oracle"
)

// TestOutputs runs examples whose output is the same each time, but for what the
// pattern leaves open.
func TestOutputs(t *testing.T) {
	for _, x := range []struct{ name, want string }{
		{"bounded-buffer", `round \d\d?: 2000 items were put in, \d+ taken out
  counter is -?\d+, and must be -?\d+
  items that nobody took: +\d+
  items taken once more: +\d+
`},
		{"bounded-buffer-atomic", `produced 2000 items, consumed 2000; the sum is 2001000 and must be 2001000
counter at the end is 0
`},
		{"bounded-buffer-condition", `produced 3000 items, consumed 3000; the sum is 4501500 and must be 4501500
`},
		{"bounded-buffer-semaphore", `produced 3000 items, consumed 3000; the sum is 4501500 and must be 4501500
`},
		{"dining-philosophers", `the left one first:  timeout timeout timeout timeout timeout
in order of number:  200 200 200 200 200
the neighbour's fork:	true	abandoned
`},
		{"readers-writers", `3 readers were inside at once
a is 200, b is 200; both must be 200
torn reads: 0; writers that were not alone: 0
`},
		{"select", `((request|order) \d\n){6}3 requests, 3 orders
`},
		{"bounded-buffer-ring", `produced 3000 items, consumed 3000; the sum is 4501500 and must be 4501500
1000 items in bulk
`},
		{"buffering", `zero capacity:         (at once|waited), waited, waited, waited, waited, waited
bounded, three slots:  at once, at once, at once, (at once|waited), waited, waited
unbounded, for six:    at once, at once, at once, at once, at once, at once
`},
		{"direct-indirect", `direct:
  alice got from server: one is answered by server
  bob got from server: two is answered by server
indirect:
  two workers took 40 letters of two writers
`},
		{"mailslot", `false	[^\n]*no process has made it: a mailslot's client needs its server
false	[^\n]*process \d+ is its server, and a mailslot has one[^\n]*
3 messages wait, the next has 14 bytes
"hello from one"
"hello from two"
""
nil	timeout
[^\n]*the message has 33 bytes; mailslot"weir-example" takes 32[^\n]*
`},
		{"pipe", `read 1
read 2
read 3
read 4
read 5
end of file
seq ended with status 0
y
yes was ended by SIGPIPE
3
`},
		{"queue", `3 messages wait
urgent	9
first	0
second	0
3
2
1
`},
		{"send-receive", `(consumed item \d\n){5}5 items, and the producer has left
`},
		{"send-receive-nonblocking", `the sum of 1000 items is 500500
the producer would have blocked \d+ times, the consumer \d+
`},
		{"shm", `count is 1, text is "hello from process writer"
count    int      at  0,  4 bytes
text     char \[32\] at  4, 32 bytes
changed  sem_t    at 40, 32 bytes
`},
		{"socket", `a
b
c
3
lines came back
`},
		{"threads-and-processes", `two threads:   sum is 2000, private is 0, one process: true
two processes: sum is 2000, private is 0, one process: false
one crashed by SIGKILL, and left sum at -1
its lock is ours now, with the word	abandoned
`},
	} {
		t.Run(x.name, func(t *testing.T) {
			if got := output(t, x.name); !regexp.MustCompile("^" + x.want + "$").MatchString(got) {
				t.Errorf("got\n%swant\n%s", got, x.want)
			}
		})
	}
}

// TestChromium looks at stderr, too, where weir tells of the renderer that was
// killed.
func TestChromium(t *testing.T) {
	c := example(t, "chromium")
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	told := regexp.MustCompile(`(?m)^unix:\S+: connection 2: renderer was ended by SIGKILL\n`)
	if !told.Match(out) {
		t.Errorf("nobody tells of the renderer:\n%s", out)
	}
	want := `news   [news.html]
mail   [mail.html]
maps   [maps.html]
the renderer of mail is killed
news   [page 2]
mail   He's dead, Jim!
mail is loaded again, by another process: true
mail   [page 2]
maps   [page 2]
`
	if got := told.ReplaceAllString(string(out), ""); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// TestCPrograms has a C program that knows nothing of weir be the other end.
func TestCPrograms(t *testing.T) {
	oracle.Need(t, "gcc")
	folder := t.TempDir()
	path := filepath.Join(folder, "meeting")
	for _, x := range []struct {
		name string
		args []string // of the example
		said string   // by it, when the program may come
		then string   // by it, after that
		with []string // arguments of the program
		want string   // from the program
	}{
		{"queue", []string{"wait"}, "waiting for a program that sends to /weir-example", "hello from C\t3\n3\n2\n1\n", nil, ""},
		{"shm", []string{"wait"}, "waiting for a program that joins /weir-example", "count is 1, text is \"hello from C\"\n", nil, ""},
		{"socket", []string{path}, "waiting for one client at " + path, "", []string{path}, "HELLO FROM C\n"},
		{"fifo", []string{path + ".fifo"}, "waiting for a reader: cat " + path + ".fifo", "the name is gone\n", []string{path + ".fifo"}, "5 lines\n"},
	} {
		t.Run(x.name, func(t *testing.T) {
			program := filepath.Join(folder, x.name)
			if text, err := exec.Command("gcc", "-Wall", "-o", program, x.name+".c", "-lrt", "-pthread").CombinedOutput(); err != nil {
				t.Fatalf("gcc: %v\n%s", err, text)
			}
			c := example(t, x.name, x.args...)
			out, err := c.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			stuck := time.AfterFunc(leak.Patience, func() { c.Process.Kill() })
			defer stuck.Stop()
			said := make([]byte, len(x.said)+1)
			if _, err := io.ReadFull(out, said); err != nil || string(said) != x.said+"\n" {
				t.Fatalf("it says %q, %v", said, err)
			}
			got := joined(t, program, x.with)
			if got != x.want {
				t.Errorf("the program prints %q, not %q", got, x.want)
			}
			var rest strings.Builder
			if _, err := io.Copy(&rest, out); err != nil {
				t.Error(err)
			}
			if err := c.Wait(); err != nil || !strings.HasPrefix(rest.String(), x.then) {
				t.Errorf("it ends with %v and %q, not %q", err, rest.String(), x.then)
			}
		})
	}
}

// joined runs a program until what it looks for is there: the example has said
// that it waits before it has made the last of its names.
func joined(t *testing.T, program string, args []string) string {
	t.Helper()
	for end := time.Now().Add(leak.Patience); ; {
		out, err := exec.Command(program, args...).Output()
		if err == nil {
			return string(out)
		}
		if time.Now().After(end) {
			t.Fatalf("%s: %v", program, err)
		}
	}
}
