package script

import "testing"

// TestPeek looks into channels of a script and of its jobs, which lose nothing by it.
func TestPeek(t *testing.T) {
	for _, row := range []struct{ code, want string }{
		{`local p = pipe(); local j = start("seq 3" | p); p:lines()(); repeat until #p:peek() == 4
		print(p:peek(1), p:peek(), p:read("*a"))`,
			"2\t2\n3\n\t2\n3\n\n"},
		{`local p = pipe(); local j = start("yes" | p | "sleep 100")
		repeat until p:stat().bytes == p:stat().capacity
		print(p:peek(4), #p:peek(100000), j:peek("pipe1", 2)); j:kill()`, "y\ny\n\t100000\ty\n\n"},
		{`print(pipe():peek()); print(file"/etc/hosts":peek())`,
			"nil\tno job has it now\nnil\tunsupported: a file keeps what is read from it\n"},
		{`local j = start("sleep 100"); print(pcall(j.peek, j, "x")); j:kill()`,
			"false\tx.lua:1: peek: the job has no channel \"x\"; it has: \n"},
		{`local r = ring(); local e = event(); local j = start(proc(function() r:send_all{"a", "b", "c"} e:wait() end))
		repeat until #r:peek() == 3; local f = j:frame().channels[1]
		print(table.concat(j:peek(f.channel, 2), " "), f.fill, r:receive(), #r:peek(2)); e:set(); j:wait()`, "a b\t3\ta\t2\n"},
		{`local q, m, e = queue(), mailslot(), event()
		local j = start(proc(function() q:send("a") m:send("b") e:wait() end)) repeat until m:stat().messages == 1
		local names = {} for i, c in ipairs(j:frame().channels) do names[i] = c.kind end
		local _, why = q:peek(); print(table.concat(names, " "), select(2, j:peek("queue1")) == why, j:peek("mailslot1")[1])
		e:set(); j:wait()`, "queue mailslot\ttrue\tb\n"},
		{`local e = event(); local j = start(proc(function() e:wait() end)); local f = j:frame()
		print(#f.channels, #f.locks, f.verdict.sentence); e:set(); j:wait()`, "0\t1\tno stage holds the others up\n"},
		{`local j = start("true"); j:wait(); print(j:peek("pipe1"))`, "nil\tthe job has ended\n"},
		{`print(pcall(function() ring():peek(0) end))`, "false\tx.lua:1: peek: the number must be 1 or more, but is 0\n"},
	} {
		if got := printed(t, row.code); got != row.want {
			t.Errorf("%s\ngot  %q\nwant %q", row.code, got, row.want)
		}
	}
}

// TestMetersNow: what meters have counted is known while the job runs.
func TestMetersNow(t *testing.T) {
	got := printed(t, `local e = event()
	local j = start("seq 9" | meter("first") | proc(function() io.read("*a") e:wait() end))
	repeat until j:stat("first").bytes == 18
	print(j:frame().meters.first.bytes, j:frame().meters[1].name, j:result()); e:set(); j:wait()
	print(run("seq 9" | progress{lines = true} | "cat > /dev/null").meters.progress.lines)`)
	if want := "18\tfirst\tnil\n9\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestRegionFrame: a frame has the fields of regions.
func TestRegionFrame(t *testing.T) {
	got := printed(t, `local m, e = shm{layout = "int n; char name[8]; int many[100];"}, event()
	m.name = "hello"
	local j = start(proc(function() m.n = 7 e:wait() end))
	repeat until m.n == 7
	local r = j:frame().regions[1]
	print(r.bytes, #r.fields, r.more, r.fields[1].name, r.fields[1].text, r.fields[2].type, r.fields[2].text)
	e:set(); j:wait()`)
	if want := "412\t64\t38\tn\t7\tchar [8]\t\"hello\"\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
