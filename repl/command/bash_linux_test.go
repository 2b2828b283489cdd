package command

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// statuses prints a result as bash prints PIPESTATUS.
const statuses = `
local numbers = {SIGHUP = 1, SIGINT = 2, SIGQUIT = 3, SIGABRT = 6, SIGKILL = 9, SIGUSR1 = 10, SIGSEGV = 11, SIGPIPE = 13, SIGTERM = 15}
function status(...)
  local list = {}
  for i, t in ipairs{...} do
    for _, s in ipairs(run(t, {check = false}).stages) do list[#list + 1] = s.code or 128 + numbers[s.signal] end
  end
  print(table.concat(list, " "))
end
`

// lines are run by weir as sh"line" and by bash as they are; output and every
// stage's exit status must be equal.
var lines = []string{
	// words and quotes
	`echo a b   c`, `echo "a   b" 'c   d'`, `echo a"b"'c'd`, `echo ""`, `echo '' x ''`, `echo "it's" 'say "hi"'`,
	`echo a\ b \\ \"`, `echo "a\"b\\c\$d\e"`, `echo $'tab\there\x41\n'`, `printf '%s|' a "b c" '' d`, `echo -n x`,
	`echo 'äöü €' "日本"`, `echo a#b # comment`, `echo {a,b}{1,2} x{1..3}`, `echo "*" '?' \*`,
	// variables
	`echo $FOO "$FOO" '$FOO'`, `echo ${FOO}bar`, `printf '<%s>' $SPACED "$SPACED"`, `echo [$UNSET]`, `printf '<%s>' a $UNSET b`,
	`printf '<%s>' a "$UNSET" b`, `echo ${UNSET:-default} ${FOO:-no}`, `echo ${#FOO} ${FOO#f} ${FOO%o}`, `echo $GLOB "$GLOB"`,
	`FOO=other printenv FOO`, `X=1 Y="2 3" sh -c 'echo $X $Y'`, `echo $((6 * 7))`,
	// ~ and globs
	`echo ~`, `echo ~/x`, `echo a=~ b+=~/x:~:y`, `echo --x=~ a:~ x=y=~`, `X=a:~ sh -c 'echo $X'`, `echo "~"`, `echo *.txt`, `echo [ab].txt ?.txt`, `echo no*match`, `echo sub/*`, `echo "*".txt`, `echo *`, `cat "with space"`,
	`ls -1 *.txt`,
	// redirections
	`cat < a.txt`, `cat <a.txt >out1`, `echo x >>a.txt`, `ls nonexistent 2>err1`, `ls nonexistent 2>&1`, `ls nonexistent a.txt >both 2>&1`,
	`ls nonexistent a.txt 2>&1 >only`, `cat <<< "here $FOO"`, `cat 0<a.txt`, `echo x >"with space"`, `sh -c 'echo three >&3' 3>fd3`,
	`sh -c 'echo out; echo err >&2' 2>&1 | sort`, `sh -c 'cat <&4' 4<a.txt`, `>made echo redirected`, `echo a >|made`,
	`sh -c 'echo e >&2; echo o' &>all`,
	// several of one descriptor, and sides of pipes that nobody has
	`echo x >one >two`, `echo x >a.txt >>b.txt >three`, `echo x >>three >three`, `cat <a.txt <b.txt`, `cat <a.txt <<<x`, `cat <<<x <<<y <a.txt`, `ls nonexistent 2>e1 2>e2 >o1 2>&1 >o2`,
	`sh -c 'echo three >&3' 3>t1 3>t2`, `echo x &>all1 &>all2 | wc -l`, `echo foo >/dev/null | wc -l`, `true | wc -l </dev/null`, `yes | wc -l <<<x`, `yes | cat <a.txt`,
	`echo a >o3 | cat <b.txt | wc -c`, `sh -c 'echo o; echo e >&2' 2>&1 >o4 | cat`, `sh -c 'echo o; echo e >&2' >o5 |& cat`, `sh -c 'echo o; echo e >&2' &>o6 |& wc -l`, `sh -c 'echo o; echo e >&2' 3>&1 >o7 2>&3 3>&1 | cat`,
	`echo x >>o8 | cat >o9 | wc -l`,
	// descriptors that are closed, files that are read and written, and here-documents
	`echo x >&-`, `ls nonexistent 2>&-`, `cat <&-`, `sh -c 'echo a; echo b >&2' >&- 2>c1`, `cat 3<a.txt <&3 3<&-`, `sh -c 'echo x >&3' 3>&1 >&-`, `seq 3 >&- | wc -l`, `true | cat <&-`,
	`sh -c 'for n in 0 1 2 3; do test -e /dev/fd/$n && echo $n >&4; done; :' 4>c2 <&- 1>&- 2>&-`, `sh -c 'for n in 0 1 2; do test -e /dev/fd/$n && echo $n >&4; done; :' 4>c3 0>&- 2<&-`,
	`echo a 3>&- 4<&-`, `sh -c 'cat <&5' 5<a.txt 5<&-`, `sh -c 'echo a >&4' 3>c4 4>&3-`, `echo x >&- >c5`, `ls nonexistent 2>&- 2>&1`, `seq 3 2>&- | cat 2>&- | wc -l 2>&-`,
	`cat <>a.txt`, `cat <>new1`, `echo x 1<>a.txt`, `sh -c 'read x; echo $x; echo y >&0' <>a.txt`, `sh -c 'echo z >&3' 3<>new2`, `cat 0<>a.txt 1<>new3`, `sh -c 'cat <&3; echo w >&3' 3<>b.txt | wc -l`,

	"cat <<E\n$FOO \\$FOO \"$SPACED\"\n\tb\nE", "cat <<'E'\n$FOO \\$FOO\nE\n", "cat <<-E | tr a-z A-Z\n\t$FOO\n\t\tb\n\tE", "cat <<A <<B\na\nA\nb\nB", "cat - a.txt <<E >hd\nx\nE", "sh -c 'cat <&3' 3<<E\nq\nE",
	"cat <<A | cat - /dev/fd/3 3<<B\na\nA\nb\nB", "cat <<E\nE", "echo x <<E\nunread\nE",
	// pipes
	`echo a | cat`, `printf 'b\na\n' | sort | head -n 1`, `seq 1000 | wc -l`, `false | true`, `true | false`, `false | false | true`,
	`sh -c 'exit 7' | sh -c 'exit 3'`, `yes | head -n 2`, `cat /dev/null | wc -c`, `printf 'no newline' | cat`, `printf '' | cat`,
	`printf 'a\0b\377\n' | od -c`, `seq 100000 | head -n 1`, `seq 5 | sh -c 'read x; echo $x'`, `sh -c 'kill -9 $$' | cat`,
	`sh -c 'kill -SEGV $$'`, `sh -c 'kill -TERM $$' | true`, `ls nonexistent 2>&1 | wc -l`, `head -c 100000000 /dev/zero | cat | wc -c`,
	`head -c 3000000 /dev/urandom > random`, `yes | cat | head -c 1000000 | wc -c`, `echo x | cat - a.txt`, `sleep 0 | echo hi`,
	`env - X=y env`, `true`, `seq 3 | cat > out2`,
}

// programs are run by weir as Lua and by bash as they are.
var programs = []struct{ name, lua, bash string }{
	{"bare strings", `run("printf 'b\na\n'" | "sort" | "cat -n")`, `printf 'b\na\n' | sort | cat -n`},
	{"lua stage", `run("seq 3" | function() for l in io.lines() do print(l * 2) end end | "tac")`, `seq 3 | awk '{print $1 * 2}' | tac`},
	{"lua stage at the start", `run(function() for i = 1, 5 do print(i) end end | "tail -n 1")`, `seq 5 | tail -n 1`},
	{"lua stage alone", `run(function() io.write("x") end)`, `printf x`},
	{"a line's output elsewhere, and a stage behind it", `run("echo foo >/dev/null" | "wc -l") run(sh"echo foo >o1" | file("o2", "w"))`, `echo foo >/dev/null | wc -l; { echo foo >o1; } >o2`},
	{"a line's input from elsewhere, and a stage before it", `run("yes" | sh"wc -l <a.txt") run("yes" | sh"cat <a.txt" | "wc -l")`, `yes | wc -l <a.txt; yes | cat <a.txt | wc -l`},
	{"nothing to capture", `io.write("[", sh"echo x >o1":text(), "]\n") for l in sh"echo x >o1":lines() do print(l) end`, `echo "[$(echo x >o1)]"`},
	{"a shared pipe, one writer's output elsewhere", `local p = pipe() run("echo a >o1" | p, "echo b" | p, p | "cat")`, `{ echo a >o1; echo b; } | cat`},
	{"side by side, one's output elsewhere", `run((sh"echo a >o1" + sh"echo b") | "cat") run("seq 3" | (sh"cat <a.txt" + sh"wc -l") | "sort")`, `echo b; echo a >o1; { cat a.txt; seq 3 | wc -l; } | sort`},
	{"empty input", `run(text"" | "wc -c")`, `printf '' | wc -c`},
	{"empty input to lua", `run(text"" | function() print(io.read("*a") == "", io.read("*l")) end)`, `printf 'true\tnil\n'`},
	{"text without newline", `run(text"x\ny" | "cat")`, `printf 'x\ny'`},
	{"binary", `run(text"a\0b\255\n" | function() io.write((io.read("*a"))) end | "od -c")`, `printf 'a\0b\377\n' | od -c`},
	{"file", `run(file"a.txt" | "sort -r" | file("sorted", "w")) run(file"sorted" | "cat")`, `sort -r < a.txt > sorted; cat < sorted`},
	{"append", `for i = 1, 3 do run(cmd("echo", i) | file("log", "a")) end run("cat log")`, `for i in 1 2 3; do echo $i >> log; done; cat log`},
	{"100 MB through three stages", `run("head -c 100000000 /dev/zero" | function() while true do local b = io.read(65536) if not b then break end io.write(b) end end | "cat" | "cksum")`,
		`head -c 100000000 /dev/zero | cksum`},
	{"lua stage as early reader", `local r = run("yes" | function() print(io.read()) end) print(r.stages[1].signal)`, `yes | head -n 1; echo SIGPIPE`},
	{"lua stage as writer that loses its reader", `local r = run(function() while true do print("y") end end | "head -n 1") print(r.stages[1].signal)`, `yes | head -n 1; echo SIGPIPE`},
	{"exit in a lua stage", `status(proc(function() os.exit(5) end) | "cat")`, `sh -c 'exit 5' | cat; echo ${PIPESTATUS[@]}`},
	{"capture", `local s = ("seq 3" | "tail -n 2"):text() io.write("[", s, "]\n")`, `s=$(seq 3 | tail -n 2); printf '[%s\n]\n' "$s"`},
	{"capture without newline", `io.write("[", sh"printf abc":text(), "]\n")`, `echo "[$(printf abc)]"`},
	{"lines", `for l in sh"seq 3":lines() do io.write(l, ";") end`, `seq 3 | while read l; do printf '%s;' $l; done`},
	{"lines left early", `for l in sh"yes":lines() do print(l) break end print("on")`, `yes | head -n 1; echo on`},
	{"lines left early, and then a run", `local n = 0 for l in ("yes" | "cat"):lines() do n = n + 1 if n == 3 then break end end run("echo " .. n)`, `yes | head -n 3 | wc -l`},
	{"runs inside a thread", `run(thread(function() print("a") run("echo b") run("sh -c 'echo c >&2'") io.stderr:write("d\n") end) | "cat")`, `echo a; echo b`},
	{"runs inside a Lua stage", `run(proc(function() run("echo a" | function() print(io.read()) end) end) | "cat")`, `echo a`},
	{"side by side", `run(sh"sleep 0" + sh"echo a")`, `sleep 0 & echo a; wait`},
	{"shared stdout", `run(sh"sh -c 'echo a; echo b'" + sh"true")`, `echo a; echo b`},
	{"exact arguments", `run(cmd("printf", "<%s>", "a b", "*", "$HOME", "", "'"))`, `printf '<%s>' 'a b' '*' '$HOME' '' "'"`},
	{"cmd with a table", `run(cmd{"sh", "-c", "echo $A; pwd | sed 's:.*/::'", env = {A = "b"}, dir = "sub"})`, `cd sub; A=b sh -c "echo \$A; pwd | sed 's:.*/::'"`},
	{"env", `run(sh"sh -c 'echo $FOO-$NEW'":env{FOO = false, NEW = 1})`, `env -u FOO NEW=1 sh -c 'echo $FOO-$NEW'`},
	{"stdin of the script", `run("cat" | "wc -c")`, `cat | wc -c`},
	{"stdin by io.read", `print(io.read()) run("cat")`, `read x; echo $x; cat`},
	{"order of output", `print("a") run("echo b") io.write("c\n") run("echo d") print("e")`, `echo a; echo b; echo c; echo d; echo e`},
	{"exit status", `os.exit(3)`, `exit 3`},
	{"exit false", `os.exit(false)`, `exit 1`},
	{"failed run", `run("false")`, `exit 1`},
	{"caught", `print(pcall(run, sh"false") and "on" or "caught")`, `false || echo caught`},
	{"timeout", `run("sleep 60", {timeout = 0.1})`, `timeout 0.1 sleep 60`},
	{"fifo", `local p = fifo"meet" run("seq 3" | p, p | "tac")`, `mkfifo meet2; seq 3 > meet2 & tac < meet2; rm meet2`},
	{"two writers, one pipe", `local p = pipe() run("echo a" | p, "sleep 0" | p, p | "cat")`, `{ echo a; sleep 0; } | cat`},
	{"names are gone", `local p = fifo"gone" run("true" | p, p | "cat") print(io.open("gone"))`, `printf 'nil\tgone: No such file or directory\t2\n'`},
	{"stage value", `print(run(proc(function(a, b) return a * b end, 6, 7)).stages[1].value)`, `echo 42`},
	{"job", `local j = start("echo a") print(j:wait().ok)`, `echo a; echo true`},
	{"kill", `local j = start("sleep 60") j:kill("TERM") print(j:wait().stages[1].signal)`, `echo SIGTERM`},
	{"a Lua stage dies of a signal as a program does", `for _, s in ipairs{"HUP", "INT", "QUIT", "ABRT", "USR1", "USR2", "ALRM", "TERM", "SYS"} do
		local p = pipe() local j = start(proc(function() print("up") time.sleep(60) end) | p) p:read() j:kill(s) print(j:wait().stages[1].signal) end`,
		`for s in HUP INT QUIT ABRT USR1 USR2 ALRM TERM SYS; do echo SIG$s; done`},
	{"popen", `local p = io.popen("echo a; echo b") print(p:read("*a"))`, `echo a; echo b; echo`},
	{"os.execute", `print(os.execute("exit 3"))`, `echo 768`},
	{"arg", `print(arg[0], arg[1], #arg, ...)`, `printf 'script.lua\tone\t2\tone\ttwo words\n'`},
}

// area makes a folder with the files that the rows speak of.
func area(tb testing.TB) string {
	tb.Helper()
	dir := tb.TempDir()
	for name, text := range map[string]string{"a.txt": "1\n3\n2\n", "b.txt": "b\n", "with space": "spaced\n", ".hidden": "h\n", "sub/c.txt": "c\n"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			tb.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			tb.Fatal(err)
		}
	}
	return dir
}

// prepared sets what both sides see: the folder, the environment, the input.
func prepared(tb testing.TB, c *exec.Cmd, dir string) *exec.Cmd {
	tb.Helper()
	c.Dir = dir
	c.Env = append(c.Environ(), "FOO=foo", "SPACED=a  b c", "GLOB=*.txt", "HOME=/home/somebody", "LC_ALL=C", "PWD="+dir)
	// A file, so that what one reader leaves the next one gets.
	input := filepath.Join(tb.TempDir(), "input")
	if err := os.WriteFile(input, []byte("first\nsecond\nthird\n"), 0o600); err != nil {
		tb.Fatal(err)
	}
	f, err := os.Open(input)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { f.Close() })
	c.Stdin = f
	return c
}

// content lists the folder's files with what they hold.
func content(tb testing.TB, dir string) string {
	tb.Helper()
	var b bytes.Buffer
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() || info.Name() == "script.lua" || info.Size() > 1e6 {
			return err
		}
		data, err := os.ReadFile(path)
		b.WriteString(strings.TrimPrefix(path, dir) + ": " + string(data) + "\n")
		return err
	})
	if err != nil {
		tb.Error(err)
	}
	return b.String()
}

func compare(t *testing.T, lua, bash string) {
	t.Helper()
	bashDir, weirDir := area(t), area(t)
	want := finish(t, prepared(t, exec.Command("bash", "-c", bash, "bash", "one", "two words"), bashDir))
	if err := os.WriteFile(filepath.Join(weirDir, "script.lua"), []byte(lua), 0o644); err != nil {
		t.Fatal(err)
	}
	got := finish(t, prepared(t, weir(t, "run", "script.lua", "one", "two words"), weirDir))
	os.Remove(filepath.Join(weirDir, "script.lua"))
	// A status of its own for a timeout and a failure; the folders' names differ.
	clean := func(s, dir string) string { return strings.ReplaceAll(s, dir, "DIR") }
	if clean(got.stdout, weirDir) != clean(want.stdout, bashDir) || got.status != want.status {
		t.Errorf("%s\n got %q, status %d\nbash %q, status %d\n%s", bash, got.stdout, got.status, want.stdout, want.status, got.stderr)
	}
	if g, w := content(t, weirDir), content(t, bashDir); g != w {
		t.Errorf("%s\nleaves  %q\nbash's %q", bash, g, w)
	}
}

func TestAgainstBash(t *testing.T) {
	for _, line := range lines {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			// env and * must not show the test's own.
			name := "script.lua"
			bash := ">" + name + "\n" + line + "\n" + `s="${PIPESTATUS[@]}"; rm -f ` + name + `; echo "$s"`
			lua := statuses + "status(sh[==[" + line + "]==])"
			compare(t, lua, bash)
		})
	}
	for _, row := range programs {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			compare(t, statuses+row.lua, row.bash)
		})
	}
}
