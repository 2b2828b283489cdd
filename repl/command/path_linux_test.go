package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestWithoutPath looks for programs where PATH is not set, as execvp(3) and a shell find
// them, and where it is empty: in the working directory.
func TestWithoutPath(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "here"), []byte("#!/bin/sh\necho here\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	const hint = "did you mean \"grep\"?\n"
	for _, row := range []struct {
		path, code string
		has        string // among what is written
	}{
		{"unset", `run("seq 2" | sh"tac | cat")`, "2\n1\n"},
		{"unset", `run(cmd("echo", 1)) io.write(sh"echo 2":text())`, "1\n2\n"},
		{"unset", `run(cmd{"echo", 1, env = {A = "b"}})`, "1\n"},
		{"unset", `run(cmd("cat", sh"echo 1"))`, "1\n"},
		{"unset", `start("echo 1"):wait()`, "1\n"},
		{"unset", `run(proc(function() run("echo 1") end))`, "1\n"},
		{"unset", `io.write(io.popen("echo 1"):read("*a")) os.execute("echo 2")`, "1\n2\n"},
		{"unset", `run("sh -c 'seq 1'") print(os.getenv("PATH"))`, "1\nnil\n"},
		{"unset", `run("gerp x")`, hint},
		{"unset", `run(seq | "cat")`, "did you mean the program \"seq\", in quotes?\n"},
		{"unset", `run("here")`, "unknown program \"here\"\n"},
		{"/bin:/usr/bin", `run(sh"echo 1":env{PATH = false})`, "1\n"},
		{"/bin:/usr/bin", `run(cmd{"gerp", env = {PATH = false}})`, hint},
		{"", `run("here")`, "here\n"},
		{":/usr/bin", `run("here")`, "here\n"},
		{"", `run("seq 1")`, "unknown program \"seq\"\n"},
	} {
		c := weir(t, "-e", row.code)
		c.Dir, c.Env = dir, nil
		for _, kv := range append(os.Environ(), playEnv+"=1", "PATH="+row.path) {
			if kv != "PATH=unset" && (!strings.HasPrefix(kv, "PATH=") || kv == "PATH="+row.path) {
				c.Env = append(c.Env, kv)
			}
		}
		out := finish(t, c)
		if got := out.stdout + out.stderr; !strings.Contains(got, row.has) || strings.Contains(row.has, "1\n") && got != row.has {
			t.Errorf("PATH %s: %s\n got %q\nwant %q", row.path, row.code, got, row.has)
		}
	}
}
