// Package oracle finds the programs that tests compare with: [Need] gives the path of one.
// On a developer's machine a test is skipped if its program is missing. In continuous
// integration, with CI set in the environment, it fails: a comparison that nobody makes
// proves nothing.
package oracle

import (
	"os"
	"os/exec"
	"testing"
)

// packages are Debian's packages of the programs that a new machine may lack. .ci/run
// installs them. Any other program is in the package of its own name, or in the system.
var packages = map[string]string{
	"dash": "dash", "fish": "fish", "gawk": "gawk", "less": "less", "lua5.1": "lua5.1", "lua5.3": "lua5.3",
	"lua5.4": "lua5.4", "luajit": "luajit", "mawk": "mawk", "pv": "pv", "python3": "python3",
	"strace": "strace", "zsh": "zsh",
	"gcc":                    "gcc libc6-dev",
	"x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64",
	"man":                    "man-db",
	"ssh":                    "openssh-client",
	"top":                    "procps",
	"vi":                     "vim",
	"vim":                    "vim",
}

// Need gives the path of a program that the test compares with.
func Need(tb testing.TB, program string) string {
	tb.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		name := packages[program]
		if name == "" {
			name = program
		}
		Missing(tb, "%s is not installed; on Debian: apt-get install %s", program, name)
	}
	return path
}

// Missing ends a test that lacks what it compares with: it fails in continuous
// integration and is skipped elsewhere.
func Missing(tb testing.TB, format string, args ...any) {
	tb.Helper()
	if os.Getenv("CI") != "" {
		tb.Fatalf(format, args...)
	}
	tb.Skipf(format, args...)
}
