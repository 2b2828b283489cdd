package bench

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"weir/runtime/sample"
)

var before = flag.String("weir-before", "", "an older weir, whose start is compared with this one's")

// watchComparisons are of runs that somebody watches. A script writes how long its run took, without the start
// of weir and of the view, into the file that $TOOK names.
func watchComparisons(t *testing.T, dir, weir string) []comparison {
	script := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	chain := script("chain.lua", `local r = run("seq 30000000" | "tr 1 2" | "tr 3 4" | "wc -c")
local f = assert(io.open(os.getenv "TOOK", "w"))
f:write(r.elapsed)
f:close()`)
	endless := script("endless.lua", `run("yes" | "tr a-z A-Z" | "sleep 1000")`)
	replicas := script("replicas.lua", `run("yes" | deal(sh"tr a-z A-Z" * 200) | "wc -c")`)
	env := append(os.Environ(), "TERM=xterm", "TOOK="+filepath.Join(dir, "took"), "XDG_RUNTIME_DIR="+dir)
	at := func(task func(c *console) ([]time.Duration, error)) func(argv []string) ([]time.Duration, error) {
		return func(argv []string) ([]time.Duration, error) { return sit(env, argv, task) }
	}
	list := []comparison{
		{name: "a chain that is watched", limit: "1.03 of unwatched", rounds: 9, weir: []string{weir, "top", chain},
			others: map[string][]string{"weir, unwatched": {weir, "run", chain}}, timed: at(func(c *console) ([]time.Duration, error) { return c.took(filepath.Join(dir, "took")) })},
		{name: "view, its first frame", limit: "150 ms", rounds: 15, weir: []string{weir, "top", endless}, timed: at(firstFrame)},
		{name: "view, a key", limit: "20 ms", rounds: 3, weir: []string{weir, "top", endless}, timed: at(keysOfView)},
		{name: "200 replicas watched, a second of it", limit: "50 ms of processor time", rounds: 3,
			weir: []string{weir, "top", "--json", replicas}, timed: samplerShare},
	}
	if *before != "" {
		list = append(list, comparison{name: "empty script, beside an older weir", limit: "0.1 ms more", rounds: 200, weir: []string{weir, "-e", ""},
			others: map[string][]string{"weir before": {*before, "-e", ""}}})
	}
	return list
}

// took waits until the script has written how long its run took.
func (c *console) took(path string) ([]time.Duration, error) {
	_ = os.Remove(path)
	for end := time.Now().Add(2 * patience); time.Now().Before(end); time.Sleep(time.Millisecond) {
		var seconds float64
		text, err := os.ReadFile(path)
		if _, wrong := fmt.Sscan(string(text), &seconds); err == nil && wrong == nil {
			return []time.Duration{time.Duration(seconds * float64(time.Second))}, nil
		}
	}
	return nil, errors.New("the run does not end")
}

// firstFrame is the time from the start to the frame in which a stage writes.
func firstFrame(c *console) ([]time.Duration, error) {
	err := c.awaits("OWN/WAIT")
	return []time.Duration{time.Since(c.begun)}, err
}

// keysOfView opens the help and leaves it, again and again.
func keysOfView(c *console) (took []time.Duration, err error) {
	if err := c.awaits("OWN/WAIT"); err != nil {
		return nil, err
	}
	for range 20 {
		for _, step := range [][2]string{{"?", "SIGSTOP"}, {"q", "OWN/WAIT"}} {
			one, err := c.answered(step[0], step[1])
			if err != nil {
				return nil, err
			}
			took = append(took, one)
		}
	}
	return took, nil
}

// samplerShare is the processor time that looking takes in a second, in the weir and in the view, as frames say it.
func samplerShare(argv []string) (took []time.Duration, err error) {
	cmd := exec.Command(argv[0], argv[1:]...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	defer func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	}()
	frames := json.NewDecoder(out)
	for len(took) < 10 {
		var f sample.Frame
		if err := frames.Decode(&f); err != nil {
			return nil, fmt.Errorf("%w: %s", err, strings.TrimSpace(errs.String()))
		}
		if f.Window > 0.9 && f.At > 3 {
			took = append(took, time.Duration((f.Sampler+f.View)*float64(time.Second)))
		}
	}
	return took, nil
}
