package script

import (
	"context"
	"errors"
	"fmt"
	"net"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"weir/runtime"
)

// TestListening: making a socket that listens does not wait for a client, the first
// use does, and an interruption of that is told in weir's own words.
func TestListening(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	// Who sends must have a client: a server of datagrams has none to wait for.
	reads, all := []string{`s:receive()`, `run(s | "cat")`}, []string{`s:receive()`, `run(s | "cat")`, `s:send("x")`, `run("echo x" | s)`}
	for address, uses := range map[string][]string{"unix:listening": all, "tcp:0": all, "unixpacket:listening": all, "unixgram:listening": reads, "udp:0": reads} {
		for _, use := range uses {
			t.Run(address+" "+use, func(t *testing.T) {
				ctx, cancel := context.WithCancel(context.Background())
				defer cancel()
				vm := New(Options{Script: "x.lua", Context: ctx})
				defer vm.Close()
				if err := vm.Run("x.lua", fmt.Sprintf(`s = socket(%q, {listen = true})`, address)); err != nil {
					t.Fatal(err)
				}
				defer time.AfterFunc(50*time.Millisecond, cancel).Stop()
				err := vm.Run("x.lua", use)
				var failed *Failure
				if !errors.As(err, &failed) || failed.Why != runtime.WhyInterrupted || failed.Err.Message != "interrupted" {
					t.Errorf("%v", err)
				}
			})
		}
	}
}

// TestConnectionEnds: on every kind of connection the peer's leaving is the end, behind what
// it has sent before. An empty message is none.
func TestConnectionEnds(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	const sends = `C:send("a") C:send("") C:send("b")`
	client := `local C = socket(A) ` + sends
	peers := map[string]string{
		"a stage":          `start(proc(function() ` + client + ` end)) local s = S`,
		"a stage, gone":    `local gone = event() start(proc(function() ` + client + ` C:close() gone:set() end)) gone:wait() local s = S`,
		"a thread":         `start(thread(function() ` + client + ` C:close() end)) local s = S`,
		"a topology":       `start("printf 'a\\n\\nb\\n'" | socket(A)) local s = S`,
		"the script":       client + ` C:close() local s = S`,
		"a server":         `local s = socket(A) s:send("x") S:receive() local C = S ` + sends + ` C:close()`,
		"a stage's server": `local s = socket(A) s:send("x") S:receive() start(proc(function() local C = S ` + sends + ` end)) S:close()`,
	}
	uses := []struct{ use, want string }{
		{`local a, b, c, d, why = s:receive(), s:receive(), s:receive(), s:receive() return a .. "," .. b .. "," .. c .. "," .. tostring(d) .. " " .. why`, "a,,b,nil closed"},
		{`local long = {timeout = "1h"} local a, b, c, d, why = s:receive(long), s:receive(long), s:receive(long), s:receive(long) return a .. "," .. b .. "," .. c .. "," .. tostring(d) .. " " .. why`, "a,,b,nil closed"},
		{`local all = {} for m in s:messages() do all[#all + 1] = m end return table.concat(all, ",")`, "a,,b"},
		{`return (s | "cat"):text()`, "a\n\nb\n"},
	}
	for _, address := range []string{"unix:", "unixpacket:", "tcp:0"} {
		for name, peer := range peers {
			for i, row := range uses {
				if address != "unixpacket:" && (name == "a stage's server" || name == "a server" && i == 3) {
					continue // a stream does not travel, and a run has a connection of its own
				}
				t.Run(fmt.Sprintf("%s %s %d", address, name, i), func(t *testing.T) {
					at := address
					if strings.HasPrefix(at, "unix") {
						at += t.TempDir() + "/s"
					}
					code := fmt.Sprintf(`local S = socket(%q, {listen = true}) local A = tostring(S):match('"(.-)"') `, at) + peer + " " + row.use
					if got, err := eval(t, code); err != nil || got != row.want {
						t.Errorf("%q, %v; want %q", got, err, row.want)
					}
				})
			}
		}
	}
}

// TestAddressInUse: an address has one owner, whom the error of a second one names.
func TestAddressInUse(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	owners := map[string]string{
		`local s = socket(A, {listen = true})`: "this script has it already: address already in use",
		`start(listen(A, "cat"))`:              "this script has it already: address already in use",
		`start(thread(function() S = socket(A, {listen = true}) e:set() time.sleep(100) end)) e:wait()`:     "this script has it already: address already in use",
		`start(proc(function() local s = socket(A, {listen = true}) e:set() time.sleep(100) end)) e:wait()`: "process PID (script.test) has it already: address already in use",
	}
	process := regexp.MustCompile(`process \d+`)
	for _, kind := range []string{"unix:", "unixpacket:", "unixgram:", "tcp:", "udp:"} {
		for owner, want := range owners {
			for _, second := range []string{`socket(A, {listen = true})`, `start(listen(A, "cat"))`} {
				streams := kind == "unix:" || kind == "tcp:"
				if !streams && strings.Contains(owner+second, "listen(") {
					continue
				}
				t.Run(kind+owner+second, func(t *testing.T) {
					at := kind + t.TempDir() + "/s"
					if !strings.HasPrefix(kind, "unix") {
						free, err := net.ListenPacket("udp", "127.0.0.1:0")
						if err != nil {
							t.Fatal(err)
						}
						at = kind + free.LocalAddr().String()
						free.Close()
					}
					_, err := eval(t, fmt.Sprintf("local A, e = %q, event() ", at)+owner+"\n"+second)
					if err == nil || !strings.Contains(process.ReplaceAllString(err.Error(), "process PID"), want) || strings.Contains(err.Error(), "weir clean") {
						t.Errorf("%v; want %q", err, want)
					}
				})
			}
		}
	}
}

// TestDatagramServer: a server answers whoever has sent to it, weir's clients and others; and a server that is not
// weir's answers weir's client, which has a name for that.
func TestDatagramServer(t *testing.T) {
	for _, row := range []struct{ code, want string }{
		{`local s = socket("ADDRESS", {listen = true})
			local at = tostring(s):match('"(.-)"')
			local j = start(proc(function(at)
				local c = socket(at) c:send("one") print(c:receive()) c:send("two") print(c:receive())
			end, at))
			for m, from in s:messages() do s:send("re: " .. m, {to = from}) if m == "two" then break end end j:wait()`,
			"re: one\tNAME\nre: two\tNAME\n"},
		{`print(pcall(function() socket("ADDRESS", {listen = true}):send("x") end))`, "to a peer that it has received from"},
		{`print(pcall(function() socket("ADDRESS", {listen = true}):send("x", {to = 3}) end))`, "to= is the name of a sender"},
		{`print(pcall(function() ring():send("x", {to = "y"}) end))`, "takes no to="},
	} {
		for _, address := range []string{"unixgram:s", "udp:0"} {
			got := said(t, strings.ReplaceAll(row.code, "ADDRESS", address))
			name := regexp.MustCompile(`\t\S+`)
			if got := name.ReplaceAllString(got, "\tNAME"); got != row.want && !strings.Contains(got, row.want) {
				t.Errorf("%s at %s\n got %q\nwant %q", row.code, address, got, row.want)
			}
		}
	}
}

// TestForeignDatagrams: a program that is not weir's answers its client, and is answered by its server.
func TestForeignDatagrams(t *testing.T) {
	dir := t.TempDir()
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	if err := unix.Bind(fd, &unix.SockaddrUnix{Name: dir + "/foreign"}); err != nil {
		t.Fatal(err)
	}
	answered := make(chan error, 1)
	go func() {
		buf := make([]byte, 100)
		n, from, err := unix.Recvfrom(fd, buf, 0)
		if err == nil {
			err = unix.Sendto(fd, append(buf[:n:n], '!'), 0, from)
		}
		if n, _, err2 := unix.Recvfrom(fd, buf, 0); string(buf[:n]) != "to you" {
			err = errors.Join(err, fmt.Errorf("%q: %w", buf[:n], err2))
		}
		answered <- err
	}()
	got := said(t, `local c = socket("unixgram:`+dir+`/foreign") c:send("a") print((c:receive()))
		local s = socket("unixgram:`+dir+`/own", {listen = true}) print(s:send("to you", {to = "`+dir+`/foreign"}))`)
	if got != "a!\ntrue\n" {
		t.Errorf("%q", got)
	}
	if err := <-answered; err != nil {
		t.Error(err)
	}
}
