package annotations

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"weir/ipc/leak"
	"weir/ipc/oracle"
	"weir/script"
	"weir/script/library"
	"weir/script/syntax"
)

func TestMain(m *testing.M) { os.Exit(leak.Main(m, nil)) }

func TestCalls(t *testing.T) {
	for _, row := range []struct{ entry, signature, want string }{
		{"upper", `upper()`, "()"},
		{"head", `head([n])`, "(n?: integer)"},
		{"sh", `sh"line"`, "(line: string)"},
		{"file", `file(path [, "r" | "w" | "a"])`, `(path: string, mode?: "r"|"w"|"a")`},
		{"pipe", `pipe{capacity=, spill=}`, "(opts?: {capacity?: integer|string, spill?: boolean|integer|string})"},
		{"mutex", `mutex([name,] {keep=})`, "(name: string, opts?: {keep?: boolean}) (opts?: {keep?: boolean})"},
		{"cmd", `cmd(name [, arg, ...]) or cmd{name, arg, ..., env={}, dir=}`,
			"(name: string, arg?: weir.Argument, ...?: weir.Argument) (opts?: {[integer]: weir.Argument, env?: table<string, string|false>, dir?: string})"},
		{"ring", `ring([name,] {slots=})`, "(name: string, opts?: {slots?: integer}) (opts?: {slots?: integer})"},
		{"semaphore", `semaphore([name,] n [, {keep=}]) or semaphore(name)`, "(name: string, n: integer, opts?: {keep?: boolean}) (n: integer, opts?: {keep?: boolean}) (name: string)"},
		{"tee", `tee(a, b, ... [, {spill=}])`, "(a: weir.Stage, b?: weir.Stage, ...?: weir.Stage|{spill?: boolean|integer|string})"},
		{"socket", `socket("unix:path" | "tcp:host:port" [, {listen=}])`, "(address: string, opts?: {listen?: boolean})"},
		{"topology:env", `t:env{NAME = "value"}`, "(opts: {[string]: string|false})"},
		{"topology:restart", `t:restart{on="failure" | "always", max=}`, `(opts: {on?: "failure"|"always", max?: integer})`},
		{"topology:timeout", `t:timeout("5s")`, "(timeout: number|string)"},
		{"peer:send", `peer:send(msg) or self():send(other, msg)`, "(msg: any) (other: weir.Peer|weir.Topology|string, msg: any)"},
		{"job:wait", `job:wait([timeout | {timeout=}])`, "(timeout?: number|string|{timeout?: number|string})"},
		{"sys.os", `sys.os`, ""},
	} {
		list, err := forms(words{entry: row.entry}, row.signature, "")
		if err != nil {
			t.Error(err)
			continue
		}
		var got []string
		for _, c := range list {
			var params []string
			for _, p := range c.params {
				optional := ""
				if p.optional {
					optional = "?"
				}
				params = append(params, p.name+optional+": "+p.types)
			}
			got = append(got, "("+strings.Join(params, ", ")+")")
		}
		if text := strings.Join(got, " "); text != row.want {
			t.Errorf("%s\n got %s\nwant %s", row.signature, text, row.want)
		}
	}
	for _, bad := range []string{"f(", "f(x", "f([x)", "f({x)", "f({)", "f({unknown=})", "f(%)", "f(x |)"} {
		if list, err := forms(words{entry: "f"}, bad, ""); err == nil && len(list) > 0 {
			t.Errorf("%s is read as %v", bad, list)
		}
	}
}

// line are the forms that LuaCATS has for what this file uses.
var line = regexp.MustCompile(`^(---@(meta weir|alias weir\.\w+ .+|class (weir\.\w+|string)(: [\w.{}\[\]: ]+)?|operator (bor|add|sub|mul|div|mod|pow)\([\w.|]+\): [\w.]+|operator concat\(string\|number\|weir.Integer\): string|operator unm: [\w.]+|generic T|` +
	`field (\w+\??|\[string\]) .+|param (\w+\??|\.\.\.) \S.*|return \S.*|overload fun\(.*\).*|type \S.*)|---[^@]*.*|-- .*|local \w+ = \{\}|[\w.]+ = (nil|\{\})|function [\w.:]+\([\w, .]*\) end|)$`)

// TestFile: every word of every signature has a type, every line is one that an
// editor reads, and the whole is Lua.
func TestFile(t *testing.T) {
	all := append(script.Library(), library.Standard()...)
	text, err := File(all, []Field{{"prompt", "string", "the prompt"}})
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range strings.Split(text, "\n") {
		if !line.MatchString(l) || strings.HasSuffix(l, " ") && strings.HasPrefix(l, "---@") || strings.Contains(l, ": ,") || strings.Contains(l, ": )") {
			t.Errorf("line %d: %q", i+1, l)
		}
	}
	if _, err := syntax.Compile("weir.lua", text); err != nil {
		t.Error(err)
	}
	for _, e := range all {
		name := regexp.QuoteMeta(e.Name)
		if class := classOf(e.Of); class != "" {
			name = `(` + local(class) + `:` + name + `\(|@field ` + name + `\?? )`
		}
		if found := regexp.MustCompile(`(?m)^(---|function )?` + name).MatchString(text); found != unknown(e) && e.Group != library.GroupOperator && e.Group != library.GroupStandard {
			t.Errorf("%s: annotated %v, wanted %v", key(e), found, unknown(e))
		}
	}
	for _, name := range strings.Fields(lua51) {
		if !strings.Contains(text, "function "+name+"(") && !strings.Contains(text, "\n"+name+" = ") {
			t.Errorf("%s is not annotated", name)
		}
	}
	// Lua 5.1's own reader, and that of the version which editors take scripts for.
	for _, lua := range []string{"lua5.1", "lua5.4"} {
		t.Run(lua, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "weir.lua")
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if out, err := exec.Command(oracle.Need(t, lua), "-e", "assert(loadfile[["+path+"]])").CombinedOutput(); err != nil {
				t.Errorf("%s", out)
			}
		})
	}
}

// TestTypesAreUsed: no word has a type that no signature needs.
func TestTypesAreUsed(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range append(script.Library(), library.Standard()...) {
		for _, word := range regexp.MustCompile(`\w+|\.\.\.`).FindAllString(e.Signature, -1) {
			seen[word] = true
			seen[key(e)+" "+word] = true
		}
		seen[key(e)+" "+words{entry: key(e)}.literal()] = true
	}
	for word := range wordTypes() {
		if !seen[word] {
			t.Errorf("no signature has %q", word)
		}
	}
	for word := range optionTypes() {
		if !seen[word] {
			t.Errorf("no signature has the option %q", word)
		}
	}
}
