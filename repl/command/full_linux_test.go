package command

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestFullFiles: whatever writes to a file that takes no more, the error says the operation,
// the object and the cause. FULL is a file for which the limit of its size, 64 KiB, stands;
// splice(2) meets it as it meets a full disk. DEV is /dev/full, which splice(2) does not take.
func TestFullFiles(t *testing.T) {
	const tooLarge, noSpace = ": file too large", ": no space left on device"
	for _, row := range []struct{ code, want string }{
		{`run("seq 100000" | tee(FULL, "wc -l"))`, "write FOLDER/full"},
		{`run("seq 100000" | tee("wc -l", FULL))`, "write FOLDER/full"},
		{`run("seq 100000" | tee("cat", "cat") | FULL)`, "write FOLDER/full"},
		{`run("seq 100000" | tee("cat", "cat", {spill = true}) | FULL)`, "write FOLDER/full"},
		{`run("seq 100000" | deal(FULL, "wc -l"))`, "write FOLDER/full"},
		{`run("seq 100000" | shard(function() return 1 end, FULL, "wc -l"))`, "write FOLDER/full"},
		{`run(merge("seq 100000", "seq 9") | FULL)`, "write FOLDER/full"},
		{`run(concat("seq 100000", "seq 9") | FULL)`, "write FOLDER/full"},
		{`run(concat(file("full.txt"), "seq 9") | FULL)`, "write FOLDER/full"},
		{`run("seq 100000" | ordered(sh"cat" * 2) | FULL)`, "write FOLDER/full"},
		{`run("seq 100000" | meter() | FULL)`, "write FOLDER/full"},
		{`run(sh"seq 100000":spill() | FULL)`, "write FOLDER/full"},
		{`run(sh"seq 100000":ready"1" | FULL)`, "write FOLDER/full"},
		{`run(cmd("seq", "100000"):err("cat") | meter() | FULL)`, "write FOLDER/full"},
		{`run(loop("sed -u 9q", {seed = "x\n", tap = DEV}))`, "write /dev/full"},
		{`run("seq 9" | tee("false", DEV))`, "false exited with status 1; write /dev/full"},
		{`run("seq 9" | tee(DEV, DEV))`, "write /dev/full"},
		{`print(("seq 9" | tee(DEV, "wc -l")):text())`, "write /dev/full"},
		{`start("seq 9" | tee(DEV, "wc -l")):wait()`, "write /dev/full"},
		{`error(run("seq 9" | tee(DEV, "wc -l"), {check = false}).unwritten)`, "write /dev/full"},
		{`local ok, e = pcall(run, "seq 9" | tee(DEV, "wc -l")) error(tostring(not e.result.ok) .. e.result.unwritten)`, "truewrite /dev/full"},
		{`run(thread(function() for i = 1, 1e5 do print(i) end end) | FULL)`, "write standard output"},
		{`FULL:write(("x"):rep(1e5))`, "write full"},
		{`FULL:send(("x"):rep(1e5))`, "send: write full"},
		{`local f = FULL f:write(("x"):rep(60000)) f:flush() f:write(("x"):rep(60000)) f:flush()`, "flush: write full"},
		{`local f = FULL f:write(("x"):rep(60000)) f:flush() f:write(("x"):rep(60000)) f:close()`, "close: write full"},
		{`io.output"full" io.write(("x"):rep(60000)) io.flush() io.write(("x"):rep(60000))`, "weir: write full"},
		{`run(text(("x"):rep(1e5)) | "cat")`, "write memory memory1"},
		{`run(sh"seq 1000000":spill() | "sleep 60")`, "write a file in FOLDER, where"},
		{`local p = pipe() start(p | "true"):wait() p:send("x")`, "send: write pipe1: broken pipe"},
		{`local p = pipe() start(p | "true"):wait() p:write(("x"):rep(1e5))`, "write pipe1: broken pipe"},
		{`run("seq 9" | tee(DEV, "wc -l"))`, "write /dev/full"},
		{`run("seq 9" | upper() | DEV)`, "write standard output"},
		{`run(proc(function() print(1) end) | DEV)`, "write standard output"},
		{`DEV:send("x")`, "send: write /dev/full"},
		{`io.output"/dev/full" io.write(1)`, "weir: write /dev/full"},
	} {
		t.Run(row.code, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			if err := os.WriteFile(folder+"/full.txt", make([]byte, 100000), 0o600); err != nil {
				t.Fatal(err)
			}
			code := strings.NewReplacer("FULL", `file("full", "w")`, "DEV", `file("/dev/full", "w")`).Replace(row.code)
			want := strings.ReplaceAll(row.want, "FOLDER", folder)
			switch {
			case strings.Contains(row.code, "DEV") || strings.Contains(row.code, "/dev/full"):
				want += noSpace
			case !strings.Contains(want, ", where") && !strings.Contains(want, "broken pipe"):
				want += tooLarge
			}
			c := weir(t, "-e", code)
			c.Args = append([]string{"bash", "-c", `ulimit -f 64; exec "$0" "$@"`, c.Path}, c.Args[1:]...)
			c.Path = bash(t)
			c.Dir, c.Env = folder, append(c.Env, "TMPDIR="+folder)
			if got := finish(t, c); got.status != 1 || !strings.Contains(got.stderr, want) {
				t.Errorf("status %d\n got %s\nwant %s", got.status, got.stderr, want)
			}
		})
	}
}

// TestOthersOfAFullFile: an output that fails is left out, as tee(1) leaves it out. The others
// get what is theirs, their stages end by themselves, and the run has failed.
func TestOthersOfAFullFile(t *testing.T) {
	for _, row := range []struct{ code, want string }{
		{`run("seq 100000" | tee(%s))`, "100000"},
		{`run("seq 100000" | deal(%s))`, ""}, // the full one has taken some
		{`run("seq 100000" | shard(function(l) return tonumber(l) end, %s))`, "50000"},
		{`run("seq 100000" | tee(%s, {spill = true}))`, "100000"},
		{`run(merge("seq 100000", "true") | tee(%s))`, "100000"},
		{`run("seq 100000" | (sh"true" + tee(%s)))`, "100000"},
		{`run(loop("sed -u 200q", {seed = ("y"):rep(999) .. "\n", tap = tee(%s)}))`, "200"},
	} {
		for _, full := range []string{`file("/dev/full", "w")`, `file("full", "w")`, `file("full", "a")`} {
			for _, parts := range []string{full + `, "wc -l"`, `"wc -l", ` + full} {
				code := fmt.Sprintf(row.code, parts)
				t.Run(code, func(t *testing.T) {
					t.Parallel()
					c := weir(t, "-e", code)
					c.Args = append([]string{"bash", "-c", `ulimit -f 64; exec "$0" "$@"`, c.Path}, c.Args[1:]...)
					c.Path, c.Dir = bash(t), t.TempDir()
					got := finish(t, c)
					lines := strings.TrimSpace(got.stdout)
					if got.status != 1 || !strings.Contains(got.stderr, "full: ") || lines == "" || row.want != "" && lines != row.want {
						t.Errorf("status %d\n%.99s\n%s", got.status, got.stdout, got.stderr)
					}
				})
			}
		}
	}
}

func bash(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("bash")
	if err != nil {
		t.Skip(err)
	}
	return path
}
