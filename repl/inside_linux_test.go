package repl

import (
	"regexp"
	"testing"
)

// TestInside shows objects with what is in them.
func TestInside(t *testing.T) {
	for _, row := range []struct{ input, want string }{
		{`m = shm{layout = "int n; char name[8]; struct { double x; } at[2];"}; m.n = 5; m.name = "hello"; m.at[1].x = 2.5; return m`,
			"shm(), 32 bytes\n  n        int       5\n  name     char [8]  \"hello\"\n  at[0].x  double    0\n  at[1].x  double    2.5"},
		{`shm{size = 4096}`, "shm(), 4,096 bytes, without a layout"},
		{"shm{layout = \"int a[21];\"}", "*  a[19]  int  0\n  ... 1 more"},
		{`ring{slots = 4}`, "ring(), 0 of 4 messages"},
		{`r = ring{slots = 4}; r:send("a\27[31m"); r:send("b"); return r`, "ring(), 2 of 4 messages\n  1  \"a\\027[31m\"\n  2  \"b\""},
		{`r = ring{slots = 25}; for i = 1, 21 do r:send("x") end; return r`, "*\n  20  \"x\"\n  ... 1 more"},
		{`ring{slots = 0}`, "ring(), 0 messages, a rendezvous"},
		{`r = ring{codec = "json"}; r:send{1, {2}}; return r`, "ring(), 1 of 64 messages\n  1  {1, {2}}"},
		{`m = mailbox(); m:send{a = 1}; m:send("hi"); return m`, "mailbox(), 2 of 64 messages\n  1  {a = 1}\n  2  \"hi\""},
		{`q = queue(); q:send("x"); return q`, "queue(), 1 of 10 messages\n  mq_receive(3) shows a message only to who takes it"},
		{`m = mailslot(); m:send("a"); m:send("b"); return m`, "mailslot(), 2 messages\n  1  \"a\"\n  ... 1 more"},
		{`mutex()`, "mutex(), which nobody holds"},
		{`m = mutex(); m:lock(); return m`, "mutex(), which the script holds"},
		{`semaphore(3)`, "semaphore(), its value is 3"},
		{`barrier(2)`, "barrier(), 0 of 2 have come"},
		{`event()`, "event(), not set"},
		{`e = event(); e:set(); return e`, "event(), set"},
		{`condition()`, "condition()"},
		{`c = ring(); c:close(); return c`, "ring()"},
		{`pipe()`, "pipe()"},
	} {
		want := regexp.QuoteMeta(row.want)
		if row.want[0] == '*' {
			want = `(?s).*` + regexp.QuoteMeta(row.want[1:])
		}
		if got := said(t, row.input+"\n"); !regexp.MustCompile(`^` + want + `\n$`).MatchString(got) {
			t.Errorf("%s\ngot %s\nwant %s", row.input, got, row.want)
		}
	}
}

// TestInsideLock says which stage of a job holds a lock, and which wait for it.
func TestInsideLock(t *testing.T) {
	got := said(t, `m = mutex(); e = event()
j = start(proc(function() m:lock() e:wait() m:unlock() end):named("holder"))
repeat local free = m:lock{timeout = 0} if free then m:unlock() end until not free
k = start(proc(function() m:lock() end):named("waiter"))
repeat local f = k:frame() until f.locks[1] and f.locks[1].waiters
m
e
e:set()
j:wait().ok and k:wait().ok
`)
	want := "mutex(), which holder holds\n  waiter waits\nevent(), not set\n  holder waits\n"
	if len(got) < len(want) || !regexp.MustCompile(regexp.QuoteMeta(want)).MatchString(got) {
		t.Errorf("got %s\nwant %s", got, want)
	}
}
