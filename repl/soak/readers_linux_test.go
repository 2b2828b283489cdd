package soak

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func init() { campaigns = append(campaigns, campaign{"readers", 15, readers}) }

// leaver is a stage that reads bytes, or lines, and leaves. Head reads whole blocks
// and passes on the lines asked for; dd reads not a byte more than it passes on.
type leaver struct {
	stage string
	lines int // that it passes on; -1 is all
	bytes int // likewise
	exact bool
}

var stayer = leaver{"cat", -1, -1, true}

func (r *rounds) leaver() leaver {
	switch r.IntN(7) {
	case 0:
		return leaver{"true", -1, 0, true}
	case 1:
		return leaver{`cmd("sh", "-c", "exec <&-; echo left >/dev/null")`, -1, 0, true}
	case 2, 3:
		n := r.IntN(1 << r.IntN(8))
		return leaver{fmt.Sprintf("head -n %d", n), n, -1, n == 0}
	case 4:
		n := r.IntN(1 << r.IntN(12))
		return leaver{fmt.Sprintf("head -c %d", n), -1, n, n == 0}
	case 5:
		n := r.IntN(1 << r.IntN(8))
		return leaver{fmt.Sprintf("dd bs=1 status=none count=%d", n), -1, n, n > 0}
	}
	return stayer
}

// code writes the stage as Lua, so that it may stand anywhere.
func (l leaver) code() string {
	if strings.HasPrefix(l.stage, "cmd(") {
		return l.stage
	}
	return fmt.Sprintf("sh%q", l.stage)
}

// of gives what it passes on of data.
func (l leaver) of(data string) string {
	switch {
	case l.lines >= 0:
		end := 0
		for range l.lines {
			i := strings.IndexByte(data[end:], '\n')
			if i < 0 {
				return data
			}
			end += i + 1
		}
		return data[:end]
	case l.bytes >= 0:
		return data[:min(l.bytes, len(data))]
	}
	return data
}

// writer is a source of numbered lines, with a tag before each.
func (r *rounds) writer(tag string, endless bool) (code, data string) {
	n := r.IntN(1 << r.IntN(16))
	var text strings.Builder
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&text, "%s%d\n", tag, i)
	}
	switch kind := r.IntN(6); {
	case endless:
		return fmt.Sprintf("cmd(\"seq\", \"-f\", \"%s%%.0f\", \"1000000000000\")", tag), ""
	case kind == 0 && n > 0: // dies in the middle of a line
		data = strings.TrimSuffix(text.String(), "\n")
		return fmt.Sprintf(`cmd("bash", "-c", "seq -f %s%%.0f %d | head -c -1; exit 0")`, tag, n), data
	case kind == 1: // slow, its lines in two pieces
		n = min(n, 15)
		text.Reset()
		for i := 1; i <= n; i++ {
			fmt.Fprintf(&text, "%s%d\n", tag, i)
		}
		return fmt.Sprintf(`cmd("bash", "-c", "for ((i = 1; i <= %d; i++)); do printf %s; sleep 0.00$((RANDOM %% 3)); printf '%%d\\n' $i; done; exit 0")`, n, tag), text.String()
	}
	return fmt.Sprintf("cmd(\"seq\", \"-f\", \"%s%%.0f\", \"%d\")", tag, n), text.String()
}

// readers runs topologies whose readers leave when they like, against a model of
// what must come out. None may hang.
func readers(t *testing.T, r *rounds) {
	for r.Next() {
		v := newVictim(t)
		code, check := r.readersOf(v.folder)
		script := filepath.Join(v.folder, "round.lua")
		if err := os.WriteFile(script, []byte(code), 0o644); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		c := v.again("run", script)
		var stdout, stderr bytes.Buffer
		c.Stdout, c.Stderr, c.WaitDelay = &stdout, &stderr, time.Second
		err := c.Start()
		if err == nil {
			stop := context.AfterFunc(ctx, func() { c.Process.Kill() })
			err = c.Wait()
			stop()
		}
		fault := ""
		switch {
		case ctx.Err() != nil:
			fault = "it hangs"
		case err != nil:
			fault = fmt.Sprintf("%v: %s", err, stderr.String())
		default:
			fault = check(stdout.String())
		}
		if fault != "" {
			t.Errorf("%s\n%s", code, fault)
		}
		if left := v.gone(); len(left) > 0 {
			t.Errorf("%s\nleft behind: %v", code, left)
		}
		cancel()
		os.RemoveAll(v.folder)
	}
}

// readersOf draws one topology, and what reports the fault of its output.
func (r *rounds) readersOf(folder string) (code string, check func(stdout string) string) {
	switch r.IntN(4) {
	case 0:
		return r.fanIn()
	case 1:
		return r.chain()
	}
	return r.fanOut(folder)
}

// fanOut is one writer with several readers, each with a file for what it passes on.
func (r *rounds) fanOut(folder string) (string, func(string) string) {
	n := 1 + r.IntN(5)
	kind := []string{"tee", "tee", "deal", "shard"}[r.IntN(4)]
	list := make([]leaver, n)
	var branches []string
	stays, all := false, true
	for i := range list {
		list[i] = r.leaver()
		stays = stays || list[i] == stayer
		all = all && list[i].exact
		path := filepath.Join(folder, fmt.Sprint("out", i))
		os.Remove(path)
		branch := list[i].code()
		switch r.IntN(6) {
		case 0:
			branch += fmt.Sprintf(` | meter("m%d")`, i)
		case 1:
			branch += " | pipe{spill = true} | " + stayer.code()
		}
		branches = append(branches, fmt.Sprintf("%s | file(%q, \"w\")", branch, path))
	}
	source, data := r.writer("l", !stays && r.IntN(2) == 0)
	middle := []string{"", "", "", " | pipe{spill = true}", ` | meter("in")`, " | pipe{capacity = 4096}"}[r.IntN(6)]
	args := strings.Join(branches, ",\n  ")
	if kind == "shard" {
		args = "function(l) return l:sub(-1) end, " + args
	}
	code := fmt.Sprintf("run(%s%s | %s(%s))", source, middle, kind, args)
	endless := data == "" && strings.Contains(source, "1000000000000")
	if endless && middle == " | pipe{spill = true}" {
		code = fmt.Sprintf("run(%s | %s(%s))", source, kind, args)
	}
	return code, func(string) string {
		got := make([]string, n)
		for i := range got {
			text, _ := os.ReadFile(filepath.Join(folder, fmt.Sprint("out", i)))
			got[i] = string(text)
		}
		switch {
		case endless:
			return ""
		case kind == "tee":
			for i, l := range list {
				if want := l.of(data); got[i] != want {
					return fmt.Sprintf("%s passed on %.50q..., %d bytes, not %.50q..., %d", l.stage, got[i], len(got[i]), want, len(want))
				}
			}
			return ""
		case kind == "shard":
			return keysApart(data, got, list)
		}
		return dealt(data, got, stays && all)
	}
}

// dealt reports a line that came twice or torn, and one that is nowhere where none
// may be lost: where every leaver leaves alone what it does not pass on.
func dealt(data string, got []string, all bool) string {
	missing := map[string]bool{}
	for l := range strings.Lines(data) {
		missing[strings.TrimSuffix(l, "\n")] = true
	}
	var parts []string
	for i, text := range got {
		for l := range strings.Lines(text) {
			whole, ended := strings.CutSuffix(l, "\n")
			switch {
			case ended && missing[whole]:
				delete(missing, whole)
			case ended:
				return fmt.Sprintf("%q of %d came twice, or torn", l, i)
			default:
				parts = append(parts, l)
			}
		}
	}
	slices.SortFunc(parts, func(a, b string) int { return len(b) - len(a) })
	for _, l := range parts {
		for m := range missing {
			if strings.HasPrefix(m, l) {
				delete(missing, m)
				break
			}
		}
	}
	if all && len(missing) > 0 {
		return fmt.Sprintf("%d lines are nowhere", len(missing))
	}
	return ""
}

// keysApart reports a key whose lines went to two readers, and one of which a
// reader that stayed has not all.
func keysApart(data string, got []string, list []leaver) string {
	key := func(l string) string { return l[len(l)-1:] }
	of := map[string]int{}
	for i, text := range got {
		for l := range strings.Lines(text) {
			l, ended := strings.CutSuffix(l, "\n")
			if !ended && list[i] != stayer {
				continue
			}
			if j, known := of[key(l)]; known && j != i {
				return fmt.Sprintf("lines that end in %s came to %d and %d", key(l), i, j)
			}
			of[key(l)] = i
		}
	}
	for i, l := range list {
		if l != stayer {
			continue
		}
		var want strings.Builder
		for l := range strings.Lines(data) {
			if j, known := of[key(strings.TrimSuffix(l, "\n"))]; known && i == j {
				want.WriteString(l)
			}
		}
		if got[i] != want.String() {
			return fmt.Sprintf("reader %d stayed and has %d bytes of its keys, not %d", i, len(got[i]), want.Len())
		}
	}
	return ""
}

// fanIn is several writers with one reader.
func (r *rounds) fanIn() (string, func(string) string) {
	n := 1 + r.IntN(4)
	reader := r.leaver()
	kind := []string{"merge", "concat", "+", "replicas", "ordered"}[r.IntN(5)]
	if kind == "replicas" || kind == "ordered" {
		inner := stayer
		if kind == "replicas" {
			inner = r.leaver()
		}
		source, data := r.writer("l", (reader != stayer || inner != stayer) && r.IntN(2) == 0)
		copies := fmt.Sprintf("%s * %d", inner.code(), n)
		if kind == "ordered" {
			copies = "ordered(" + copies + ")"
		}
		code := fmt.Sprintf("run(%s | (%s) | %s)", source, copies, reader.code())
		return code, func(got string) string {
			if data == "" || inner.bytes > 0 { // merge ends what it left in the middle of a line
				return ""
			}
			if kind == "ordered" && got != reader.of(data) {
				return fmt.Sprintf("%d bytes came, not %d", len(got), len(reader.of(data)))
			}
			return dealt(data, []string{got}, reader == stayer && inner == stayer)
		}
	}
	var parts, texts []string
	endless := false
	for i := range n {
		code, data := r.writer(string(rune('b'+i)), reader != stayer && r.IntN(3) == 0)
		endless = endless || strings.Contains(code, "1000000000000")
		parts, texts = append(parts, code), append(texts, data)
	}
	group := fmt.Sprintf("%s(%s)", kind, strings.Join(parts, ", "))
	if kind == "+" {
		group = "(" + strings.Join(parts, " + ") + ")"
	}
	return fmt.Sprintf("run(%s | %s)", group, reader.code()), func(got string) string {
		switch {
		case endless:
			return ""
		case kind == "concat":
			if want := reader.of(strings.Join(texts, "")); got != want {
				return fmt.Sprintf("%d bytes came, not %d", len(got), len(want))
			}
			return ""
		case reader != stayer:
			return ""
		}
		var want, have []string
		for _, text := range texts {
			want = append(want, strings.Split(strings.TrimSuffix(text, "\n"), "\n")...)
		}
		have = strings.Split(strings.TrimSuffix(got, "\n"), "\n")
		for _, list := range []*[]string{&want, &have} {
			*list = slices.DeleteFunc(*list, func(l string) bool { return l == "" })
			slices.Sort(*list)
		}
		if !slices.Equal(have, want) {
			return fmt.Sprintf("%d lines came, not %d", len(have), len(want))
		}
		return ""
	}
}

// chain is one writer, relays and channels of messages one after another, and one
// reader.
func (r *rounds) chain() (string, func(string) string) {
	reader := r.leaver()
	var links []string
	spills := false
	for range 1 + r.IntN(4) {
		link := []string{`meter("m%d")`, "pipe{spill = true}", "pipe{capacity = 4096}", "ring{slots = 4}", "ring{slots = 0}", "queue{max = 4}", "mailbox()", stayer.code()}[r.IntN(8)]
		spills = spills || strings.Contains(link, "spill")
		if strings.Contains(link, "%d") {
			link = fmt.Sprintf(link, len(links))
		}
		// Channels stand between stages.
		links = append(links, link, stayer.code())
	}
	source, data := r.writer("l", reader != stayer && !spills && r.IntN(2) == 0)
	code := fmt.Sprintf("run(%s | %s | %s)", source, strings.Join(links, " | "), reader.code())
	return code, func(got string) string {
		messages := strings.Contains(code, "ring") || strings.Contains(code, "queue") || strings.Contains(code, "mailbox")
		want := data
		if messages && want != "" && !strings.HasSuffix(want, "\n") {
			want += "\n" // a message has no newline, and gets one
		}
		if data != "" && got != reader.of(want) {
			return fmt.Sprintf("%.50q... came, %d bytes, not %d", got, len(got), len(reader.of(want)))
		}
		return ""
	}
}
