package tour

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"weir/ipc/leak"
	"weir/script/luaio"
	"weir/script/syntax"
)

func open(t *testing.T) *Book {
	t.Helper()
	b, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

// TestLessonsRun: every lesson's code does one of what its choices say.
func TestLessonsRun(t *testing.T) {
	rounds := 3
	if testing.Short() || leak.RaceDetector {
		rounds = 1
	}
	for i := range open(t).Lessons {
		b := open(t)
		l := b.Lessons[i]
		if leak.RaceDetector {
			l.code = strings.Replace(l.code, "1e6", "1e4", 1) // Lua is slow under it
		}
		t.Run(l.Title, func(t *testing.T) {
			t.Parallel()
			for range rounds {
				did := perform(context.Background(), l, io.Discard)
				seen, err := b.judge(l, did)
				if err != nil || seen == 0 || did.interrupted || did.elapsed <= 0 {
					t.Errorf("choice %d, %v; it took %v, ended with %v, and printed\n%s", seen, err, did.elapsed, did.err, did.output)
				}
			}
		})
	}
}

// TestJudgements: what can happen, here or elsewhere, is told apart.
func TestJudgements(t *testing.T) {
	b := open(t)
	for _, row := range []struct {
		lesson int
		output string
		err    error
		want   int
	}{
		{1, "in process 7: n is 2\nin process 8: n is 4\nin process 9: n is 3\nhere: n is 4, after 0.3 s\n", nil, 1},
		{1, "in process 7: n is 2\nin process 8: n is 2\nin process 9: n is 2\nhere: n is 2, after 0.3 s\n", nil, 2},
		{1, "in process 7: n is 2\nin process 8: n is 2\nin process 9: n is 2\nhere: n is 1, after 0.3 s\n", nil, 3},
		{2, "one process: 1.00 s\n2 of them: 0.55 s\ncores here: 2\n", nil, 1},
		{2, "one process: 1.00 s\n2 of them: 1.10 s\ncores here: 1\n", nil, 2},
		{2, "one process: 1.00 s\n2 of them: 1.90 s\ncores here: 1\n", nil, 3},
		{3, "counter is 200000\n", nil, 1},
		{3, "counter is 131072\n", nil, 2},
		{3, "counter is 100000\n", nil, 3},
		{4, "send 1\ttrue\nsend 2\ttrue\nsend 3\ttrue\n", nil, 1},
		{4, "send 1\ttrue\nsend 2\ttrue\nsend 3\tnil\twould block\n", nil, 2},
		{5, "HELLO\ntaken: 20 and 0\n", nil, 1},
		{5, "HELLO\ntaken: 20 and 20\n", nil, 2},
		{5, "HELLO\ntaken: 4 and 6\n", nil, 3},
		{6, "0 KB went into the pipe\n", nil, 1},
		{6, "64 KB went into the pipe\n", nil, 2},
		{6, "5000 KB went into the pipe\n", nil, 3},
		{7, "plain 31000\tlocked 40000\tatomic 39999\n", nil, 1},
		{7, "plain 31000\tlocked 39999\tatomic 40000\n", nil, 2},
		{7, "plain 31000\tlocked 40000\tatomic 40000\n", nil, 3},
		{7, "plain 40000\tlocked 40000\tatomic 40000\n", nil, 4},
		{8, "y\ny\nhead: status 0, yes: status 1\n", nil, 1},
		{8, "y\ny\nhead: status 0, yes: status 0\n", nil, 2},
		{8, "y\ny\nhead: status 0, yes: SIGPIPE\n", nil, 3},
		{9, "written after 0.0 s\nhello\n", nil, 1},
		{9, "hello\nwritten after 0.5 s\n", nil, 2},
		{9, "written after 0.0 s\n", nil, 3},
		{10, "sum 2000, from\n", errors.New("lesson 10:8: deadlock: no stage can go on"), 2},
		{10, "sum 2000, from\n", errors.New("lesson 10:7: attempt to concatenate a nil value"), 3},
		{10, "sum 2000, from\n", nil, 3},
	} {
		if got, err := b.judge(b.Lessons[row.lesson-1], &outcome{output: row.output, err: row.err}); got != row.want || err != nil {
			t.Errorf("lesson %d: %q, %v is %d, %v, not %d", row.lesson, row.output, row.err, got, err, row.want)
		}
	}
	for _, l := range b.Lessons { // what no lesson expects is none of its choices
		for _, did := range []*outcome{{}, {output: "rubbish\n"}, {err: errors.New("lesson: run: not in this version")}} {
			if got, err := b.judge(l, did); err != nil || got != 0 && !(l.Number == 8 && did.err != nil) {
				t.Errorf("lesson %d: %+v is %d, %v", l.Number, did, got, err)
			}
		}
	}
}

// TestLessonsAreShort: ten of them, for every row of the outline, and each step has
// room on a screen of 80 by 24.
func TestLessonsAreShort(t *testing.T) {
	b := open(t)
	if len(b.Lessons) != 10 {
		t.Errorf("there are %d lessons", len(b.Lessons))
	}
	rows := map[string]bool{}
	p := &page{out: luaio.NewOutput(nil, luaio.StandardOutput)}
	for _, l := range b.Lessons {
		for _, row := range l.Rows {
			rows[row] = true
		}
		code := p.code(l.code)
		if lines := strings.Split(strings.TrimSpace(l.code), "\n"); len(code) != len(lines) {
			t.Errorf("lesson %d: lines of its code are broken:\n%s", l.Number, strings.Join(code, "\n"))
		}
		if _, err := syntax.Compile("", l.code); err != nil {
			t.Errorf("lesson %d: %v", l.Number, err)
		}
		step := len(code) + len(p.prose(l.question)) + 2
		for _, choice := range l.choices {
			step += len(p.hanging("  a  ", choice))
		}
		if about := len(p.prose(l.text)); len(code) > 13 || step+promptRows > 24 || about > 12 || len(p.prose(l.why)) > 12 {
			t.Errorf("lesson %d: %d lines of text, %d of code, %d with the question, %d of explanation", l.Number, about, len(code), step, len(p.prose(l.why)))
		}
		for what, text := range map[string]string{"text": l.text, "why": l.why, "question": l.question, "try": l.try, "title": l.Title} {
			if text == "" {
				t.Errorf("lesson %d has no %s", l.Number, what)
			}
		}
		for n := range l.remarks {
			if n < 1 || n > len(l.choices) {
				t.Errorf("lesson %d: a remark on choice %d", l.Number, n)
			}
		}
	}
	for i := 1; i <= 12; i++ {
		if row := fmt.Sprint("L", i); !rows[row] {
			t.Errorf("no lesson is for %s", row)
		}
	}
}

// TestInterrupted: what Ctrl-C stops is no outcome.
func TestInterrupted(t *testing.T) {
	for _, code := range []string{`run(cmd("sh", "-c", "echo ready; exec sleep 100"))`, `print("ready") io.flush() while true do end`} {
		ctx, cancel := context.WithCancel(context.Background())
		did := perform(ctx, &Lesson{Number: 1, code: code}, afterWrite(cancel))
		if !did.interrupted || did.output != "ready\n" || strings.Contains(fmt.Sprint(did.err), "goroutine") {
			t.Errorf("%s: %+v", code, did)
		}
	}
}

// afterWrite calls a function when something is written.
type afterWrite func()

func (f afterWrite) Write(p []byte) (int, error) {
	f()
	return len(p), nil
}
