package script

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestPeerTimeout: timeout= bounds the wait for the other side of a FIFO, and for the client of a server,
// as it bounds the wait for a message.
func TestPeerTimeout(t *testing.T) {
	for _, kind := range []string{`fifo("f", {create = true})`, `socket("tcp:0", {listen = true})`,
		`socket("unix:s", {listen = true})`, `socket("unixpacket:s", {listen = true})`} {
		for _, call := range []string{`c:receive{timeout = %s}`, `c:messages{timeout = %s}()`, `c:send("x", {timeout = %s})`} {
			for limit, want := range map[string]string{"0": "nil\twould block\n", "0.05": "nil\ttimeout\n"} {
				for _, within := range []string{"%s", "run(proc(function() %s end))", "run(thread(function() %s end))"} {
					call := fmt.Sprintf(call, limit)
					code := fmt.Sprintf(within, "local c = "+kind+" print("+call+") print("+call+")")
					if got := said(t, code); got != want+want {
						t.Errorf("%s\n got %q\nwant %q", code, got, want+want)
					}
				}
			}
		}
	}
}

// TestPeerThere: who does not wait has the other side that is there.
func TestPeerThere(t *testing.T) {
	for _, code := range []string{
		`local c = socket("unix:s", {listen = true})
			local d = socket("unix:s") d:send("x") print(c:receive{timeout = 0})`,
		`local c = socket("unix:s", {listen = true}) print(c:receive{timeout = 0})
			local d = socket("unix:s") d:send("x") print(c:receive{timeout = 0})`,
		`local c = fifo("f", {create = true}) print(c:receive{timeout = 0}) local j = start(cmd("sh", "-c", "echo x >f"))
			local x, why repeat x, why = c:receive{timeout = 0} until x or why ~= "would block" print(x) j:wait()`,
		`local c = fifo("f", {create = true}) print(c:send("x", {timeout = 0})) local j = start(cmd("sh", "-c", "cat <f"))
			local ok repeat ok = c:send("x", {timeout = 0}) until ok c:close() j:wait()`,
	} {
		got := strings.ReplaceAll(said(t, code), "nil\twould block\n", "")
		if got != "x\n" {
			t.Errorf("%s\n got %q", code, got)
		}
	}
}

// busy gives the address of a server that takes no connection, and has as many waiting as it may have.
func busy(t *testing.T, family int, at unix.Sockaddr) string {
	t.Helper()
	server, err := unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(server) })
	err = errors.Join(unix.Bind(server, at), unix.Listen(server, 0))
	if at, err2 := unix.Getsockname(server); err != nil || err2 != nil {
		t.Fatal(err, err2)
	} else {
		for full := false; !full; {
			client, err := unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { unix.Close(client) })
			if err = unix.Connect(client, at); err == unix.EINPROGRESS {
				n, _ := unix.Poll([]unix.PollFd{{Fd: int32(client), Events: unix.POLLOUT}}, 300)
				full = n == 0
			} else {
				full = err != nil
			}
		}
		if at, ok := at.(*unix.SockaddrInet4); ok {
			return fmt.Sprintf("tcp:%d", at.Port)
		}
	}
	return "unix:" + at.(*unix.SockaddrUnix).Name
}

// TestRunPeerTimeout: a run's timeout= bounds all of it, from its begin: also the wait for who is at the
// other end of its connections. start gives a job at once, and a run that is not checked gives a result.
func TestRunPeerTimeout(t *testing.T) {
	busyTCP := busy(t, unix.AF_INET, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}})
	busyUnix := busy(t, unix.AF_UNIX, &unix.SockaddrUnix{Name: filepath.Join(t.TempDir(), "busy")})
	const stopped = "the run took longer than 60ms and was stopped"
	ways := map[string]string{
		`run(%s, {timeout = 0.06})`:                                                                  stopped,
		`local t = (%s):text{timeout = 0.06}`:                                                        stopped,
		`for l in (%s):lines{timeout = 0.06} do end`:                                                 stopped,
		`start(%s, {timeout = 0.06}):wait()`:                                                         stopped,
		`print(run(%s, {timeout = 0.06, check = false}).why)`:                                        "timeout\n",
		`print((%s):text{timeout = 0.06, check = false} == "")`:                                      "true\n",
		`local j = start(%s, {timeout = 0.06, check = false}) print(j:result()) print(j:wait().why)`: "nil\ntimeout\n",
	}
	for _, of := range []struct{ server, hint string }{
		{`socket("tcp:0", {listen = true})`, "no client has come to tcp:"},
		{`socket("unix:s", {listen = true})`, "no client has come to unix:"},
		{`socket("unixpacket:s", {listen = true})`, "no client has come to unixpacket:"},
		{`socket("` + busyTCP + `")`, busyTCP + " has not taken the connection"},
		{`socket("` + busyUnix + `")`, busyUnix + " has not taken the connection"},
		{`fifo("f", {create = true})`, ""},
	} {
		for _, run := range []string{`x | "cat"`, `"seq 2" | x`, `"seq 2" | x | "cat"`, `x | "cat" | x`} {
			for way, want := range ways {
				sink := strings.HasSuffix(run, "x")
				if strings.Count(run, "|") > 1 && strings.HasPrefix(of.server, "fifo") || sink && strings.Contains(way, "(%s):") {
					continue
				}
				code := "local x = " + of.server + " " + strings.Replace(way, "%s", run, 1)
				began := time.Now()
				got := said(t, code)
				if want == stopped && strings.Contains(got, stopped) && strings.Contains(got, of.hint) || got == want {
					continue
				}
				t.Errorf("%s, after %s\n got %q", code, time.Since(began), got)
			}
		}
	}
}

// TestRunPeerComes: a job waits for its client while the script goes on, and has it once it comes, whether the
// script still holds the server or not. It can be killed before.
func TestRunPeerComes(t *testing.T) {
	const comes, killed = `local c = socket(A) %s j:wait()`, `j:kill() print(j:wait().why, j)`
	for run, row := range map[string][2]string{
		`S | "tr a b"`:                                {`c:send("a") c:close()`, "b\n"},
		`S | "cat" | "tr a b"`:                        {`c:send("a") c:close()`, "b\n"},
		`"echo x" | S`:                                {`print(c:receive()) c:close()`, "x\n"},
		`"echo x" | S | "cat"`:                        {`print(c:receive()) io.stdout:flush() c:send("y") c:close()`, "x\ny\n"},
		`S | proc(function() print(io.read()) end)`:   {`c:send("a") c:close()`, "a\n"},
		`S | thread(function() print(io.read()) end)`: {`c:send("a") c:close()`, "a\n"},
	} {
		for _, address := range []string{"tcp:0", "unix:s", "unixpacket:s"} {
			for _, opts := range []string{"", ", {timeout = 60}"} {
				for _, held := range []bool{true, false} {
					code := fmt.Sprintf(`local S = socket(%q, {listen = true}) local A = tostring(S):match('"(.-)"') local j = start(%s%s) `,
						address, run, opts)
					if !held {
						code += "S = nil "
					}
					if got := said(t, code+strings.Replace(comes, "%s", row[0], 1)); got != row[1] {
						t.Errorf("%s\n got %q, want %q", code, got, row[1])
					}
					if got := said(t, code+killed); !strings.HasPrefix(got, "signal	[1]  killed") {
						t.Errorf("%s\n got %q", code, got)
					}
				}
			}
		}
	}
}
