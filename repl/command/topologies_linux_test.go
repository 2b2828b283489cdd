package command

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// topologies are what bash says in another way, or not at all: there awk or plain
// pipes are the model.
var topologies = []struct{ name, lua, bash string }{
	{"tee", `run("seq 100000" | tee("cksum" | file"c1", "wc -c" | file"c2", "tail -1" | file"c3"))`, `seq 100000 > f; cksum < f > c1; wc -c < f > c2; tail -1 < f > c3; rm f`},
	{"tee of binary data", `run("head -c 3000000 /bin/bash" | tee("cksum" | file"c1", cmd("cat") | "cksum" | file"c2"))`, `head -c 3000000 /bin/bash | cksum | tee c1 > c2`},
	{"a pipe between two functions", `local p = pipe() run(proc(function() for i = 1, 3 do p:write(i .. "\n") end end), proc(function() for l in p:lines() do print(l) end end))`, `seq 3`},
	{"a pipe from a function to the script", `local p = pipe() local j = start(proc(function() p:write("x\n") end)) print(p:read()) print(p:read()) j:wait()`, `printf 'x\nnil\n'`},
	{"messages in a pipe between two functions", `local p = pipe() run(proc(function() p:send("a") p:send("b") end), proc(function() for m in p:messages() do print(m) end end))`, `printf 'a\nb\n'`},
	{"tee to files", `run("seq 1000" | tee(file"f1", file"f2", "wc -l"))`, `seq 1000 | tee f1 f2 | wc -l`},
	{"tee appends", `run("echo x" | tee(file("b.txt", "a"), "cat"))`, `echo x | tee -a b.txt`},
	{"a reader that leaves", `run("seq 1000000" | tee("head -1" | file"f1", "tail -1" | file"f2"))`, `echo 1 > f1; echo 1000000 > f2`},
	{"all readers leave", `local r = run("yes" | tee("head -1" | file"f1", "head -2" | file"f2")) print(r.ok, r.stages[1].signal)`, `echo y > f1; printf 'y\ny\n' > f2; printf 'true\tSIGPIPE\n'`},
	{"concat", `run(concat("seq 1000", "head -c 1000000 /bin/bash", text"end") | "cksum")`, `{ seq 1000; head -c 1000000 /bin/bash; printf end; } | cksum`},
	{"concat of files", `run(concat(file"a.txt", file"b.txt"))`, `cat a.txt b.txt`},
	{"merge", `run(merge("seq 1 2 20000", "seq 2 2 20000", "seq 20001 30000") | "sort -n" | "cksum")`, `seq 30000 | cksum`},
	{"merge without newlines at the end", `run(merge(cmd("printf", "a\nb"), cmd("printf", "c\nd")) | "sort" | "paste -sd,")`, `echo a,b,c,d`},
	{"a + b side by side", `run(sh"seq 3" + sh"seq 4 6" | "sort")`, `seq 6`},
	{"a + b fed", `run("seq 9" | (sh"head -1" + sh"tail -1") | "sort")`, `printf '1\n9\n'`},
	{"a * n", `run("seq 10000" | sh"sed s/$/x/" * 4 | "sort" | "cksum")`, `seq 10000 | sed 's/$/x/' | sort | cksum`},
	{"deal without newline at the end", `run(cmd("printf", "a\nb\nc") | deal("cat", "cat", "cat") | "sort" | "paste -sd,")`, `echo a,b,c`},
	{"ordered", `run("seq 20000" | ordered(sh"sed s/$/x/" * 5) | "cksum")`, `seq 20000 | sed 's/$/x/' | cksum`},
	{"ordered, of slow and fast", `run("seq 40" | ordered(proc(function() for l in io.lines() do if l % 7 == 0 then os.execute("sleep 0.01") end print(l * 2) io.flush() end end) * 4) | "cksum")`, `seq 2 2 80 | cksum`},
	{"shard by number", `run("seq 1000" | shard(function(l) return l % 3 + 1 end, file"f1", file"f2", file"f3"))`, `seq 1000 | awk '{ print > ("f" $1 % 3 + 1) }'`},
	{"shard keeps keys together", `run("seq 1000" | shard(function(l) return l:sub(-1) end, "cut -c1-9" | file"f1", file"f2")) local n = {} for _, f in ipairs{"f1", "f2"} do for l in io.lines(f) do local k = l:sub(-1) assert(n[k] == nil or n[k] == f) n[k] = f end os.remove(f) end print("ok")`, `echo ok`},
	{"NUL frames", `run(cmd("printf", "a b\\0c\nd\\0e") | ordered(cmd("cat") * 2, {frame = "nul"}) | "od -c")`, `printf 'a b\0c\nd\0e' | od -c`},
	{"a line longer than any buffer", `local long = cmd("bash", "-c", "head -c 5000000 /dev/zero | tr '\\0' x; echo; echo end")
		run(long | tee("cksum" | file"c1", "wc -l" | file"c2")) run(long | deal("cat", "cat") | "sort" | "cksum")
		run(merge(long, "echo a") | "sort" | "cksum") run(long | ordered(sh"cat" * 2) | "cksum") run(long | shard(function(l) return #l end, "cat", "cat") | "sort" | "cksum")`,
		`l() { head -c 5000000 /dev/zero | tr '\0' x; echo; echo end; }; l | cksum > c1; echo 2 > c2; l | sort | cksum; { l; echo a; } | sort | cksum; l | cksum; l | sort | cksum`},
	{"diff", `local r = run(cmd("diff", sh"sort a.txt", sh"sort -r a.txt"), {check = false}) print(r.stages[#r.stages].code)`, `diff <(sort a.txt) <(sort -r a.txt); echo $?`},
	{"comm", `run(cmd("comm", "-12", sh"seq 5", sh"seq 3 9"))`, `comm -12 <(seq 5) <(seq 3 9)`},
	{"paste", `run(cmd("paste", sh"seq 3", text"x\ny\nz\n", file"a.txt"))`, `paste <(seq 3) <(printf 'x\ny\nz\n') a.txt`},
	{"join", `run(cmd("join", sh"seq 1 5", sh"seq 3 9"))`, `join <(seq 1 5) <(seq 3 9)`},
	{"sort -m", `run(cmd("sort", "-nm", sh"seq 1 2 99", sh"seq 2 2 99") | "cksum")`, `seq 99 | cksum`},
	{"into", `run("seq 100" | cmd("tee", into("wc -l" | file"f1"), into("tail -1" | file"f2")) | "head -1")`, `echo 100 > f1; echo 100 > f2; echo 1`},
	{"stderr to a stage", `run(cmd("sh", "-c", "echo o; echo e >&2"):err("sed s/^/E:/" | file"f1") | "sed s/^/O:/")`, `echo E:e > f1; echo O:o`},
	{"stderr to stdout", `run(cmd("sh", "-c", "echo o; echo e >&2"):err(out) | "wc -l")`, `sh -c "echo o; echo e >&2" 2>&1 | wc -l`},
	{"stderr of several to one", `run((cmd("sh", "-c", "echo 1 >&2") | cmd("sh", "-c", "cat; echo 2 >&2")):err("sort" | file"f1"))`, `printf '1\n2\n' > f1`},
	{"a descriptor to a file", `run(cmd("sh", "-c", "echo x >&3"):fd(3, file"f1"))`, `sh -c "echo x >&3" 3> f1`},
	{"a descriptor from a stage", `run(cmd("sh", "-c", "cat <&4"):fd(4, "seq 3", "r"))`, `sh -c "cat <&4" 4< <(seq 3)`},
	{"a descriptor appends", `run(cmd("sh", "-c", "echo x >&3"):fd(3, file("b.txt", "a")))`, `sh -c "echo x >&3" 3>> b.txt`},
	{"meter", `print(run("seq 100000" | meter() | file"/dev/null").meters.meter.bytes)`, `seq 100000 | wc -c`},
	{"spill", `run(sh"seq 300000":spill() | cmd("sh", "-c", "sleep 0.1; cksum"))`, `seq 300000 | cksum`},
	{"a diamond that spills", `run("seq 300000" | concat("tail -1", sh"cat":spill()) | "cksum")`, `{ echo 300000; seq 300000; } | cksum`},
	{"loop", `run(loop(cmd("bash", "-c", "while read n; do echo $n >&2; [ $n = 0 ] && exit; echo $((n - 1)); done"):err(file("f1", "w")), {seed = "5\n"}))`, `seq 5 -1 0 > f1`},
	{"a loop with a tap", `run(loop(cmd("bash", "-c", "while read n; do [ $n = 0 ] && exit; echo $((n - 1)); done"), {seed = "5\n", tap = "cat"}))`, `seq 4 -1 0`},
	{"a loop that is fed and read", `run("seq 3" | loop(cmd("bash", "-c", "while read n; do [ $n = end ] && exit; case $n in x*) echo end;; *) echo x$n;; esac; done")) | "head -1")`, `echo x1`},
}

func TestTopologies(t *testing.T) {
	for _, row := range topologies {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			compare(t, row.lua, row.bash)
		})
	}
}

// model is a random topology and what comes out of it, as sorted lines.
type model struct {
	lua    string
	lines  []string
	exact  bool // in this order
	stages int
}

// grow makes a topology that lines go through.
func grow(r *rand.Rand, in model, depth int) model {
	out := in
	switch pick := r.IntN(10); {
	case pick < 3 || depth == 0:
		word := fmt.Sprintf("%c", 'a'+r.IntN(26))
		out.lua = fmt.Sprintf(`sh"sed s/$/%s/"`, word)
		out.lines = nil
		for _, l := range in.lines {
			out.lines = append(out.lines, l+word)
		}
		out.stages = 1
	case pick == 3:
		a := grow(r, in, depth-1)
		b := grow(r, model{lines: a.lines, exact: a.exact}, depth-1)
		out = model{"(" + a.lua + " | " + b.lua + ")", b.lines, b.exact, a.stages + b.stages}
	case pick == 4:
		a, b := grow(r, in, depth-1), grow(r, in, depth-1)
		verb := []string{"tee", "merge"}[r.IntN(2)]
		out = model{verb + "(" + a.lua + ", " + b.lua + ")", slices.Concat(a.lines, b.lines), false, a.stages + b.stages + 2}
	case pick == 5:
		a := grow(r, in, depth-1)
		n := 2 + r.IntN(3)
		out = model{fmt.Sprintf("(%s) * %d", a.lua, n), a.lines, false, n*a.stages + 2}
		if strings.Contains(a.lua, "tee") || strings.Contains(a.lua, "merge") || strings.Contains(a.lua, "concat") || strings.Contains(a.lua, "*") || strings.Contains(a.lua, "sort") {
			out = a
		}
	case pick == 6:
		n := 2 + r.IntN(3)
		out.lua, out.stages = fmt.Sprintf(`ordered(sh"cat" * %d)`, n), n+2
	case pick == 7:
		a, b := grow(r, in, depth-1), grow(r, in, depth-1)
		out = model{"concat(" + a.lua + ":spill(), " + b.lua + ":spill())", slices.Concat(a.lines, b.lines), a.exact && b.exact, a.stages + b.stages + 4}
		if !strings.HasPrefix(a.lua, "sh") || !strings.HasPrefix(b.lua, "sh") {
			out = a
		}
	case pick == 9: // a reader that leaves early
		a := grow(r, in, depth-1)
		leaver := fmt.Sprintf(`sh"head -n %d" | file"/dev/null"`, r.IntN(100))
		out = model{"tee(" + a.lua + ", " + leaver + ")", a.lines, a.exact, a.stages + 3}
	case pick == 8:
		out.lua, out.stages = `sh"sort"`, 1
		out.lines = slices.Sorted(slices.Values(in.lines))
		out.exact = true
	}
	return out
}

// TestRandomTopologies: what arrives is what the model says.
func TestRandomTopologies(t *testing.T) {
	dir := t.TempDir()
	count := 40
	if testing.Short() {
		count = 10
	}
	for range count {
		seed := rand.Uint64()
		r := rand.New(rand.NewPCG(seed, 0))
		in := model{exact: true}
		n := r.IntN(3000)
		for i := range n {
			in.lines = append(in.lines, fmt.Sprint(i*7919%10007, " ", strings.Repeat("z", r.IntN(40))))
		}
		m := grow(r, in, 4)
		if m.stages > 40 {
			continue
		}
		path := filepath.Join(dir, "in")
		text := strings.Join(in.lines, "\n")
		if n > 0 {
			text += "\n"
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		got := finish(t, weir(t, "-e", fmt.Sprintf(`run(cmd("cat", %q) | %s | "cat", {timeout = 30})`, path, m.lua)))
		lines := strings.Split(strings.TrimSuffix(got.stdout, "\n"), "\n")
		if got.stdout == "" {
			lines = nil
		}
		if !m.exact {
			slices.Sort(lines)
			slices.Sort(m.lines)
		}
		if got.status != 0 || !slices.Equal(lines, m.lines) {
			t.Errorf("seed %d: %s\nstatus %d, %d lines, not %d\n%s", seed, m.lua, got.status, len(lines), len(m.lines), got.stderr)
		}
	}
}
