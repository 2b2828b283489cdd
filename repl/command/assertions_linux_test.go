package command

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// prelude is what the cases below use: fails calls a function that must raise an
// error with one of the texts, which are Lua patterns joined by |; equal compares.
const prelude = `local function fails(want, fn, ...)
  local ok, err = pcall(fn, ...)
  assert(not ok, "no error, where one is expected: " .. want)
  for w in want:gmatch("[^|]+") do if tostring(err):find(w) then return end end
  error("another error than " .. want .. ": " .. tostring(err), 0)
end
local function equal(got, want)
  if got ~= want then error(("got %s, want %s"):format(tostring(got), tostring(want)), 2) end
end
`

// TestAssertions runs the assertions of the manual pages as Lua: each case of
// testdata/*.lua begins with "--- " and its sentence, and ends with status 0.
func TestAssertions(t *testing.T) {
	files, err := filepath.Glob("testdata/*.lua")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		subject := strings.TrimSuffix(filepath.Base(file), ".lua")
		for _, part := range strings.Split("\n"+string(text), "\n--- ")[1:] {
			sentence, body, _ := strings.Cut(part, "\n")
			body = strings.ReplaceAll(body, "weir-case", fmt.Sprintf("weir-case-%d", os.Getpid())) // several may run at once
			t.Run(subject+"/"+sentence, func(t *testing.T) {
				c := weir(t, "run", "-")
				c.Stdin = strings.NewReader(prelude + body)
				if got := finish(t, c); got.status != 0 || got.stdout+got.stderr != "" {
					t.Errorf("status %d\n%s%s", got.status, got.stdout, got.stderr)
				}
			})
		}
	}
}
