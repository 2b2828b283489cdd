package luaio_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var lines3 = "one\ntwo\r\nthree"

// oracleRows are scripts that must do with this library what they do in
// lua5.1. They find a folder of their own as the present one.
var oracleRows = []struct{ name, in, code string }{
	{"read line", lines3, `print(io.read()) print(io.read("*l")) print(io.read()) print(io.read())`},
	{"lines", lines3, `for l in io.lines() do io.write("[", l, "]\n") end`},
	{"lines with an empty one", "\n\na\n\n", `for l in io.lines() do io.write("[", l, "]\n") end`},
	{"lines twice", lines3, `for l in io.lines() do print(l) break end for l in io.stdin:lines() do print("x", l) end print(io.read("*a"), io.read(0))`},
	{"empty input", "", `print(io.read()) print(io.read("*a")) print(io.read(0)) print(io.read(5)) print(io.read("*n")) for l in io.lines() do print(l) end`},
	{"all", lines3, `local s = io.read("*a") print(#s, s) print(io.read("*a") == "", io.read("*l"))`},
	{"counts", "hello world\nx", `print(io.read(5), io.read(0), io.read(1), io.read(100), io.read(0), io.read(100))`},
	{"several formats", "1 2 rest\nnext\nend", `print(io.read("*n", "*n", "*l", "*l", "*l", "*l", "*l"))`},
	{"fails in the middle", "7 x\n", `print(io.read("*n", "*n", "*l")) print(io.read("*l"))`},
	{"binary", allBytes(), `local s = io.read("*a") io.write(s:reverse()) for i = 1, #s do io.write(s:sub(i, i), "\n") end`},
	{"binary lines", strings.ReplaceAll(allBytes(), "\x00", ""), `for l in io.lines() do io.write("<", l, ">") end`},
	{"write values", "", `print(io.write("a", 1, " ", 0.1, "\n")) print(io.write())`},
	{"numbers", "", numbersCode},
	{"formats that are none", "abc\n", `print(select("#", pcall(io.read, "x"))) print(pcall(function() return io.read("*x") end)) print(pcall(function() return io.read("x") end)) print(pcall(function() return io.read({}) end))`},
	{"write what is none", "", `print(pcall(function() io.write({}) end)) print(pcall(function() io.write("a", nil) end)) print(pcall(function() io.stdout:write(true) end)) print(pcall(function() io.write(print) end))`},
	{"no file", "", `print(io.open("nosuch")) print(io.open("nosuch/x", "w")) print(io.open("x", "q")) print(pcall(function() for l in io.lines("nosuch") do end end)) print(pcall(function() io.input("nosuch") end)) print(pcall(function() io.output("nosuch/x") end))`},
	{"folder", "", `local f = io.open(".") print(f:read()) print(f:read("*a")) print(f:read(0)) print(f:read("*n")) print(f:read(7)) print(pcall(function() f:lines()() end)) print(io.open(".", "w"))`},
	{"modes", "", `
		local function all(name) local f = assert(io.open(name)) local s = f:read("*a") f:close() return s end
		local f = io.open("f", "w") print(f:write("hello\nworld\n")) print(f:read()) print(f:seek("cur")) f:close()
		f = io.open("f", "a") print(f:seek()) f:write("more\n") print(f:seek()) f:close() print(all("f"))
		f = io.open("f", "r+") print(f:read()) f:seek("cur", 0) f:write("WORLD") f:seek("set", 0) print(f:read("*a")) f:close() print(all("f"))
		f = io.open("f", "a+") print(f:read()) f:seek("end") f:write("last") f:seek("set") print(f:read("*a")) f:close()
		f = io.open("f", "rb") print(f:write("x")) f:close()
		f = io.open("f", "w+b") print(f:read()) f:write("1234567890") print(f:seek("set", 3)) print(f:read(2)) print(f:seek("cur")) print(f:seek("end", -1), f:read("*a")) f:close()
		print(all("f"))`},
	{"seek", "", `
		local f = io.open("f", "w+") f:write(("x"):rep(200000), "\nend\n") print(f:seek("cur"), f:seek("set", 199990), f:read(), f:seek())
		print(f:seek("cur", -3), f:read(2), f:seek("end"), f:seek("set", 0), #f:read("*l"), f:read("*l"), f:read("*l"))
		print(f:seek("set", -1)) print(f:seek("end", 10)) print(f:read()) print(pcall(function() f:seek("foo") end)) print(pcall(function() f:seek("set", "x") end)) print(f:seek("set", "3"))`},
	{"seek on a pipe", "", `print(io.popen("true"):seek())`},
	{"closed", "", `
		local f = io.open("f", "w") print(io.type(f)) print(f:close()) print(io.type(f), tostring(f))
		for _, m in ipairs{"read", "write", "close", "flush", "lines", "seek", "setvbuf"} do print(m, pcall(function() return f[m](f) end)) end
		print(pcall(function() io.close(f) end)) print(pcall(function() io.input(f) end)) print(io.type(3), io.type(nil), io.type(io.stdout)) print(pcall(function() io.type() end))`},
	{"standard files do not close", "", `print(io.close()) print(io.stdout:close()) print(io.stdin:close()) print(io.close(io.stderr))`},
	{"redirect", "", `
		print(io.output() == io.stdout, io.input() == io.stdin)
		print(io.type(io.output("f"))) io.write("to f\n", 12) print(io.output():seek()) print(io.close()) print(pcall(function() io.write("x") end)) io.output(io.stdout)
		io.input("f") print(io.read("*a")) print(io.close(io.input())) print(pcall(function() io.read() end)) print(pcall(function() io.lines() end)) io.input(io.stdin) print(io.read())
		local f = io.open("f") io.input(f) print(io.read(), io.input() == f)`},
	{"lines of a file", "", `
		local f = io.open("f", "w") f:write("a\nb\n\nc") f:close()
		for l in io.lines("f") do print(l) end
		local it = io.lines("f") print(it(), it(), it(), it()) print(it()) print(pcall(function() it() end))
		f = io.open("f") it = f:lines() print(it()) f:close() print(pcall(function() it() end))
		f = io.open("f") for l in f:lines() do print(l) end print(f:read("*a"), io.type(f)) f:close()
		f = io.open("f", "w") print(pcall(function() f:lines()() end)) f:close()`},
	{"popen", "", `
		local p = io.popen("echo hi; echo there; exit 3") print(io.type(p), p:read("*a")) print(p:close()) print(io.type(p))
		p = io.popen("cat; echo done", "w") p:write("in\n", 5, "\n") print(p:close())
		for l in io.popen("seq 5"):lines() do io.write(l, ";") end print()
		print(io.popen("x", "q")) print(io.popen("x", "rw"))
		print(pcall(function() io.popen() end)) p = io.popen("cat >f", "r") print(p:read()) p:close() print(p.read == io.stdout.read)`},
	{"popen writes after what is buffered", "", `io.write("first\n") io.popen("echo second", "w"):close() print("third")`},
	{"popen reads this state's stdin", "in\nput\n", `local p = io.popen("cat") print(p:read("*a")) p:close() print(io.read())`},
	{"popen fails", "", `local p = io.popen("no-such-command 2>/dev/null") print(p:read()) print(p:close())`},
	{"tmpfile", "", `local f = io.tmpfile() f:write("abc\n", 1) print(f:seek("set")) print(f:read("*a")) print(f:close())`},
	{"setvbuf", "", `local f = io.open("f", "w") print(f:setvbuf("no")) f:write("x") print(io.open("f"):read("*a")) print(f:setvbuf("line")) f:write("c\n") print(io.open("f"):read("*a")) print(pcall(function() f:setvbuf("x") end)) print(pcall(function() f:setvbuf() end))`},
	{"flush", "", `local f = io.open("f", "w") f:write("x") print(f:flush()) print(io.open("f"):read("*a")) print(io.flush()) print(io.stdout:flush())`},
	{"left open", "", `io.open("f", "w"):write("kept") io.output("g") io.write("kept too") f = nil`},
	{"print", "", `print() print(nil, true, false, 1, "x") print("a", nil) print(setmetatable({}, {__tostring = function() return "T" end})) print(pcall(function() print(setmetatable({}, {__tostring = function() return {} end})) end)) print(setmetatable({}, {__tostring = function() return 12 end}))`},
	{"print calls tostring", "", `local t = tostring function tostring(v) return "<" .. t(v) .. ">" end print(1, "x", nil) tostring = function() return nil end local ok, e = pcall(function() print(1) end) tostring = t print(ok, e)`},
	{"print does not follow io.output", "", `io.output("f") print("to stdout") io.write("to f") io.close() io.output(io.stdout) print(io.open("f"):read("*a"))`},
	{"bad self", "", `print(pcall(function() io.stdout.write() end)) print(pcall(function() io.stdout.read(3) end)) print(pcall(function() io.close(1) end)) print(pcall(function() io.lines({}) end)) print(pcall(function() io.output({}) end))`},
	{"metatable", "", `local mt = getmetatable(io.stdout) print(mt.__index == mt, type(mt.__tostring)) print((tostring(io.stdout):gsub("0x%x+", "P")))`},
	{"long lines", strings.Repeat("x", 70000) + "\n" + strings.Repeat("y", 300000) + "\n\nz", `for l in io.lines() do print(#l, l:sub(1, 3)) end`},
	{"buffer edges", edges(), `for l in io.lines() do print(#l, l:sub(-2)) end`},
	{"large reads", strings.Repeat("0123456789", 30000), `print(#io.read(70000), io.read(3), #io.read(65536), #io.read(10), #io.read("*a"))`},
	{"larger than there is", "abc", `print(io.read(2^40)) print(io.read(2^40))`},
	{"numeric name", "", `io.open(12, "w"):close() print(io.type(io.open("12")), io.open(13))`},
}

const numbersCode = `for _, n in ipairs{0, 1, -1, 1e14, 1e14 - 1, 99999999999999, 1e15, -1e15, 123456789012345, 0.1, 1/3, -1/3, 1e100, 1e-5, 1e-4, 2^53, 2^63, -2^63,
	123456.789e3, 1e300 * 1e10, -1e300 * 1e10, 5e-324, 1.7976931348623157e308, 3.14159265358979, 100, 1e2, 12345678901234.5, 99999999999999.9, 0.1 + 0.2, 1e21, 255 / 256} do
	io.write(n, " ") print(n) end io.write(0 / 0, " ", -(0 / 0), " ", 0 * -1, "\n")`

func allBytes() string {
	b := make([]byte, 256)
	for i := range b {
		b[i] = byte(i)
	}
	return string(b)
}

// edges has lines that end just before, at and after the end of a buffer.
func edges() string {
	var sb strings.Builder
	for _, n := range []int{65534, 65535, 65536, 65537, 1, 131071, 131072, 0, 65530} {
		sb.WriteString(strings.Repeat("e", n) + "\n")
	}
	return sb.String()
}

// outcome is what a run of a script leaves behind.
type outcome struct {
	stdout string
	files  map[string]string
}

func runIn(t *testing.T, c *exec.Cmd, in string) outcome {
	t.Helper()
	c.Dir = t.TempDir()
	c.Stdin = strings.NewReader(in)
	var out, stderr bytes.Buffer
	c.Stdout, c.Stderr = &out, &stderr
	if err := c.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", filepath.Base(c.Path), err, stderr.String())
	}
	o := outcome{out.String(), map[string]string{}}
	names, _ := filepath.Glob(filepath.Join(c.Dir, "*"))
	for _, n := range names {
		b, _ := os.ReadFile(n)
		o.files[filepath.Base(n)] = string(b)
	}
	return o
}

// lua51 returns the command of the real Lua, which must be there.
func lua51(t *testing.T, code string) *exec.Cmd {
	t.Helper()
	path, err := exec.LookPath("lua5.1")
	if err != nil {
		t.Fatal("lua5.1 is not installed: what is compared with it cannot be")
	}
	return exec.Command(path, "-e", code)
}

// normal takes out of error messages what is the host's: where it stands.
func normal(s string) string {
	s = strings.ReplaceAll(s, `(command line):`, "<string>:")
	return strings.ReplaceAll(s, "<string>:1: ", "<string>:1:")
}

func TestOracle(t *testing.T) {
	for _, row := range oracleRows {
		t.Run(row.name, func(t *testing.T) {
			want := runIn(t, lua51(t, row.code), row.in)
			got := runIn(t, child(t, row.code), row.in)
			if normal(got.stdout) != normal(want.stdout) {
				t.Errorf("%s\n got %.2000q\nwant %.2000q", row.code, normal(got.stdout), normal(want.stdout))
			}
			for n, s := range want.files {
				if got.files[n] != s {
					t.Errorf("file %s: got %.200q, want %.200q", n, got.files[n], s)
				}
			}
			if len(got.files) != len(want.files) {
				t.Errorf("files: got %d, want %d", len(got.files), len(want.files))
			}
		})
	}
}

// scanInputs are tried with "*n" until it fails, then with the rest.
var scanInputs = []string{
	"1 2 3", "  \t\n\v\f\r 42", "-7", "+7", "- 7", "--7", "1.5", ".5", "5.", ".", "-.", "1e5", "1E+5", "1e-5x", "1e", "1e+", "1ex", "1e+x",
	"0x10", "0X1F", "0x", "0xg", "-0x10", "0x1.8", "0x1p4", "0x.8p1", "0x1p", "1p4", "0b1", "1_000", "1,000", "inf", "-inf", "infinity", "INFINITY rest",
	"info", "infinite", "nan", "NaN x", "nax", "-nan", "1.2.3", "1..2", "1e5e5", "1e5.5", "12abc", "abc", "", " ", "\n", "1e999", "-1e999", "1e-999", "007", "00.5",
	"0", "0.0.0", "-0", "1\n2\n\n3", "9007199254740993", "123456789012345678901234567890", "0x1.fp3 1", "e5", "+e", "1-2", "1+2", "1e5-3", "0x8.p0 tail",
}

func TestScanNumber(t *testing.T) {
	code := `repeat local n = io.read("*n") print(n) until not n print(io.read("*a"))`
	for _, in := range scanInputs {
		want, got := runIn(t, lua51(t, code), in), runIn(t, child(t, code), in)
		if got.stdout != want.stdout {
			t.Errorf("%q: got %q, want %q", in, got.stdout, want.stdout)
		}
	}
}
