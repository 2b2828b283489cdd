package script

import (
	"strings"
	"testing"
)

// TestBothEnds has a script wait at one end of a connection whose other end it has itself.
func TestBothEnds(t *testing.T) {
	for name, row := range map[string]struct{ address, wait, want string }{
		"read":         {"unix:DIR/s", `s:read()`, "read: nobody is left to write to unix:"},
		"lines":        {"unix:DIR/s", `for l in s:lines() do end`, "read: nobody is left to write to unix:"},
		"write":        {"unix:DIR/s", `while true do c:write(("x"):rep(1e5)) end`, "write: nobody is left to read from unix:"},
		"read of TCP":  {"tcp:127.0.0.1:0", `s:read()`, "read: nobody is left to write to tcp:"},
		"message":      {"unixpacket:DIR/s", `s:receive()`, "receive: nobody is left to write to socket"},
		"beside a job": {"unix:DIR/s", `start(sh"sleep 100") s:read()`, "read: nobody is left to write to unix:"},
		"then its end": {"unix:DIR/s", `assert(not pcall(s.read, s)) c:close() return s:read() or "ok"`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			use := `c:write"x" assert(s:read(1) == "x")`
			if name == "message" {
				use = `c:send"x" assert(s:receive() == "x")`
			}
			code := strings.ReplaceAll(`local s = socket("ADDRESS", {listen = true}) local c = socket(tostring(s):match('"(.-)"'))`, "ADDRESS", row.address)
			got, err := eval(t, strings.ReplaceAll(code+use+" "+row.wait, "DIR", t.TempDir()))
			switch {
			case row.want == "" && (err != nil || got != "ok"):
				t.Errorf("got %q, %v", got, err)
			case row.want != "" && (err == nil || !strings.Contains(err.Error(), row.want)):
				t.Errorf("got %q, %v; want %q", got, err, row.want)
			}
		})
	}
}
