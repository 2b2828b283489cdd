package tour

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"weir/runtime"
	"weir/script"
)

// outcome is what a lesson's run really did.
type outcome struct {
	output      string // of the script and of all its stages
	elapsed     time.Duration
	err         error
	interrupted bool // by Ctrl-C
}

// drained is how long the end of the output may take after all its writers have exited.
const drained = 2 * time.Second

// perform runs a lesson's code as a script, in a VM of its own. Its output goes to out as it comes, and is
// kept. Its standard input is empty: what the user types is for the tour.
func perform(ctx context.Context, l *Lesson, out io.Writer) *outcome {
	r := &outcome{}
	if err := r.perform(ctx, l, out); err != nil {
		r.err = fmt.Errorf("lesson %d cannot be run: %w", l.Number, err)
	}
	return r
}

func (r *outcome) perform(ctx context.Context, l *Lesson, out io.Writer) error {
	null, err := os.Open(os.DevNull)
	if err != nil {
		return err
	}
	defer null.Close()
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	defer read.Close()
	var kept strings.Builder
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = io.Copy(io.MultiWriter(&kept, out), read)
	}()
	vm := script.New(script.Options{Script: "tour", Stdin: null, Stdout: write, Stderr: write, Context: ctx,
		Interactive: true})
	begun := time.Now()
	r.err = vm.Run(fmt.Sprintf("lesson %d", l.Number), l.code)
	r.elapsed = time.Since(begun)
	if end := vm.Close(); r.err == nil {
		r.err = end
	}
	write.Close()
	_ = read.SetReadDeadline(time.Now().Add(drained))
	<-done
	r.output = kept.String()
	var failure *script.Failure
	r.interrupted = ctx.Err() != nil || errors.As(r.err, &failure) && failure.Why == runtime.WhyInterrupted
	return nil
}
