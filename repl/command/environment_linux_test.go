package command

import (
	"regexp"
	"testing"
)

// TestEmptyEnvironment: weir starts stages that inherit no variable at all, alone, piped and
// as functions. env(1) is the oracle: it prints what it got, which is weir's own mark.
func TestEmptyEnvironment(t *testing.T) {
	// The test binary plays weir by one variable, which the script takes away again.
	const none = `:env{` + playEnv + `=false, WEIR_RUN=false, GORACE=false}`
	for _, test := range []struct{ name, script, want string }{
		{"alone", `run(cmd("/usr/bin/env")` + none + `)`, "^WEIR_RUN=.*\n$"},
		{"piped", `run((cmd("/usr/bin/env") | "/bin/cat" | "/bin/cat")` + none + `)`, "^WEIR_RUN=.*\n$"},
		{"beside one that has a variable", `run(cmd("/usr/bin/env")` + none + ` | cmd("/bin/sh", "-c", "cat; printenv A"):env{A="b"})`, "^WEIR_RUN=.*\nb\n$"},
		{"in a job", `start(cmd("/usr/bin/env")` + none + `):wait()`, "^WEIR_RUN=.*\n$"},
		{"with an empty word", `run(cmd("/usr/bin/printf", "[%s]", "")` + none + `)`, `^\[\]$`},
		{"an empty table changes nothing", `run(cmd("/usr/bin/printenv", "` + playEnv + `"):env{})`, "^1\n$"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := weir(t, "-e", test.script)
			c.Env = []string{playEnv + "=1"}
			got := finish(t, c)
			if got.status != 0 || got.stderr != "" {
				t.Fatalf("status %d: %s", got.status, got.stderr)
			}
			if !regexp.MustCompile(test.want).MatchString(got.stdout) {
				t.Errorf("got %q, want %s", got.stdout, test.want)
			}
		})
	}
}
