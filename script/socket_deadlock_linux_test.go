package script

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
)

// TestDeadlockAtConnections has the script hold one end of a connection and a job the other,
// and both of them wait to read, or to write: that is a deadlock. It is none if one is slow.
func TestDeadlockAtConnections(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	const deadlock = "deadlock: no stage can go on"
	streams, packets := []string{"unix:", "tcp:0"}, []string{"unixpacket:"}
	verbs := []struct {
		kinds       []string
		read, write string
	}{
		{streams, `c:read("l")`, `c:write(("x"):rep(1e5))`},
		{streams, `c:receive()`, `c:send(("x"):rep(1e5))`},
		{streams, `(function() for l in c:lines() do return l end end)()`, `c:write(("x"):rep(1e5))`},
		{packets, `c:receive()`, `c:send(("x"):rep(1e4))`},
		{packets, `(function() for m in c:messages() do return m end end)()`, `c:send(("x"):rep(1e4))`},
	}
	peers := []string{
		`local c = socket(A, {listen = true}) local A = tostring(c):match('"(.-)"')
			local j = start(PARTY(function() local c = socket(A) PEER end)) SCRIPT`,
		`local S = socket(A, {listen = true}) local c = socket(A)
			local j = start(PARTY(function() local c = S PEER end)) SCRIPT`,
		`local j = start(listen(A, proc(function() local c = {read = function(_, f) return io.read(f) end,
			write = function(_, s) return io.write(s) end} PEER end))) local c = socket(A) SCRIPT`,
	}
	var all sync.WaitGroup
	for i, v := range verbs {
		for _, kind := range v.kinds {
			for k, peer := range peers {
				if kind == "tcp:0" && k == 2 || i > 0 && k == 2 || k == 1 && kind != "unixpacket:" {
					continue // the port is not known; a stage's connection is a file; a stream does not travel
				}
				for _, party := range []string{"proc", "thread"} {
					if k == 2 && party == "thread" {
						continue
					}
					for _, row := range []struct{ name, peer, script, want string }{
						{"both read", `local _ = ` + v.read, `return tostring(` + v.read + `)`, deadlock},
						{"both write", `while true do ` + v.write + ` end`, `while true do ` + v.write + ` end`, deadlock},
						{"slow", `time.sleep(1.5) c:write("x\n")`, `return tostring(` + v.read + `):sub(1, 1)`, "x"},
					} {
						if row.name == "slow" && strings.Contains(v.write, "send") {
							row.peer = `time.sleep(1.5) c:send("x")`
						}
						at := kind
						if strings.HasPrefix(kind, "unix") {
							at += t.TempDir() + "/s"
						}
						code := fmt.Sprintf("local A = %q ", at) + strings.NewReplacer("PARTY", party, "PEER", row.peer, "SCRIPT", row.script).Replace(peer)
						all.Go(func() {
							got, err := eval(t, code)
							if err != nil {
								got = err.Error()
							}
							if !strings.Contains(got, row.want) || (row.want == deadlock) != (err != nil) {
								t.Errorf("%s: %s:\ngot  %q\nwant %q", row.name, code, got, row.want)
							}
						})
					}
				}
			}
		}
	}
	all.Wait()
}

// TestNobodyAccepts: a client whose connection only the script could accept, which waits for the
// client, is in a deadlock. It is none where the script accepts late, or another program does.
func TestNobodyAccepts(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	const client = `PARTY(function() local c = socket(A) return c:receive() end)`
	rows := []struct{ name, code, want string }{
		{"run", `return run(` + client + `).ok`, "waits for the script to accept its connection"},
		{"wait", `return start(` + client + `):wait().ok`, "waits for the script to accept its connection"},
		{"behind a pipe", `return run(` + client + ` | "cat").ok`, "waits for the script to accept its connection"},
		{"late", `local j = start(` + client + `) time.sleep(1.5) s:send("x") return j:wait().stages[1].value`, "x"},
		{"other stages go on", `local j = start("sleep 1.5", ` + client + `) s:send("x") return j:wait().stages[2].value`, "x"},
	}
	var all sync.WaitGroup
	for _, kind := range []string{"unix:", "unixpacket:", "tcp:127.0.0.1:0", "tcp:[::]:0"} {
		for _, row := range rows {
			for _, party := range []string{"proc", "thread"} {
				at := kind
				if strings.HasPrefix(kind, "unix") {
					at += t.TempDir() + "/s"
				}
				code := fmt.Sprintf("local s = socket(%q, {listen = true}) ", at) +
					`local A = tostring(s):match('"(.-)"'):gsub("%[::%]", "127.0.0.1") ` +
					strings.ReplaceAll(row.code, "PARTY", party)
				all.Go(func() {
					got, err := eval(t, code)
					if err != nil {
						got = err.Error()
					}
					if !strings.Contains(got, row.want) || (row.want == "x") != (err == nil) {
						t.Errorf("%s: %s:\ngot  %q\nwant %q", row.name, code, got, row.want)
					}
				})
			}
		}
	}
	all.Wait()
}

// TestAloneAtASocket: a wait that only an outsider can end is announced once: that at a socket, and that for a
// program which does not become ready.
func TestAloneAtASocket(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	rows := []struct{ address, use, want string }{
		{"unix:", `s:read("l")`, "waits for somebody to connect to it"},
		{"unix:", `run(s | "cat")`, "waits for somebody to connect to it"},
		{"tcp:0", `s:receive()`, "waits for somebody to connect to it"},
		{"unixpacket:", `s:receive()`, "waits for somebody to connect to it"},
		{"unixpacket:", `s:send("x")`, "waits for somebody to connect to it"},
		{"unixgram:", `s:receive()`, "waits for somebody to send to it"},
		{"udp:0", `for m in s:messages() do end`, "waits for somebody to send to it"},
		{"tcp:0", `start("seq 2" | s):wait()`, "waits for somebody to connect to it"},
		{"unixpacket:", `run(proc(function() s:receive() end))`, "waits for somebody to connect to it"},
		{"", `run(cmd("sleep", "60"):ready(3):named"slow" | "cat")`,
			"weir: slow is not ready, and cat is not started before: no line on its descriptor 3 has said so yet"},
	}
	var all sync.WaitGroup
	for _, row := range rows {
		at := row.address
		if strings.HasPrefix(at, "unix") {
			at += t.TempDir() + "/s"
		}
		all.Go(func() {
			r, w, err := os.Pipe()
			if err != nil {
				t.Error(err)
				return
			}
			defer r.Close()
			ctx, cancel := context.WithCancel(context.Background())
			vm := New(Options{Script: "x.lua", Stderr: w, Context: ctx})
			done := make(chan error)
			go func() {
				if at != "" {
					row.use = fmt.Sprintf(`local s = socket(%q, {listen = true}) `, at) + row.use
				}
				done <- vm.Run("x.lua", row.use)
			}()
			said, err := bufio.NewReader(r).ReadString('\n')
			if err != nil || !strings.HasSuffix(said, row.want+"\n") {
				t.Errorf("%s: %q, %v", row.use, said, err)
			}
			cancel()
			<-done
			vm.Close()
			w.Close()
		})
	}
	all.Wait()
}
