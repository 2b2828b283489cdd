package interp_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// runRows is Lua that runs rows, each behind a line that marks it.
const runRows = `
for i, code in ipairs(rows) do
	print("\1" .. i)
	local run, wrong = loadstring(code, "=row")
	print(run and select(2, pcall(run)) or wrong or "")
	debug.sethook()
end
`

// TestOfficial runs the rows of testdata/official.txt in lua5.1 and in weir. Each is about
// an assertion of Lua's official tests that weir has failed once.
func TestOfficial(t *testing.T) {
	real, err := exec.LookPath("lua5.1")
	if err != nil {
		t.Fatal("lua5.1 is what the results are compared with: install it")
	}
	text, err := os.ReadFile("testdata/official.txt")
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(strings.TrimSpace(string(text)), "\n--\n")
	path := filepath.Join(t.TempDir(), "rows.lua")
	if err := os.WriteFile(path, []byte(rowsOf(rows)+runRows), 0o600); err != nil {
		t.Fatal(err)
	}
	want, got := outputs(t, real, path, len(rows)), outputs(t, os.Args[0], path, len(rows))
	for i, row := range rows {
		name, _, _ := strings.Cut(strings.TrimPrefix(row, "-- "), "\n")
		t.Run(name, func(t *testing.T) {
			if got[i] != want[i] {
				t.Errorf("%s\nweir prints:\n%s\nlua5.1 prints:\n%s", row, got[i], want[i])
			}
		})
	}
}

// rowsOf is Lua that has rows in a table.
func rowsOf(rows []string) string {
	var b strings.Builder
	b.WriteString("local rows = {\n")
	for _, row := range rows {
		fmt.Fprintf(&b, "[=====[\n%s\n]=====],\n", row)
	}
	return b.String() + "}\n"
}

// outputs is what a program prints for each row.
func outputs(t *testing.T, program, path string, rows int) []string {
	t.Helper()
	c := exec.Command(program, path)
	c.Env = append(os.Environ(), childEnv+"=1", "GORACE=atexit_sleep_ms=0", "LC_ALL=C")
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", program, err, out)
	}
	list := strings.Split(string(out), "\x01")[1:]
	if len(list) != rows {
		t.Fatalf("%s: %d of %d rows ran", program, len(list), rows)
	}
	return list
}
