package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"weir/repl/top"
	"weir/repl/view"
	"weir/runtime/graph"
	"weir/runtime/sample"
	"weir/script"
)

// topOptions are those of weir top.
type topOptions struct{ once, json, plain, ascii bool }

func (f *face) topCommand() *cobra.Command {
	var o topOptions
	c := &cobra.Command{
		Use: "top [PID | FILE|example:NAME [ARG...]]", Short: "watch a run: what each stage does, how full each channel is",
		Long: `top FILE runs a script and shows its run; top PID shows that of a weir that runs
already; without a name it shows the one that runs, or asks which. The sentence at the
top names the stage that holds the others up. ? shows the keys, q leaves the view and not
the run. What the script prints stands below its stages, and is printed when the view
leaves.`,
		RunE:              func(_ *cobra.Command, args []string) error { return f.top(args, o) },
		ValidArgsFunction: f.completeScript,
	}
	c.Flags().BoolVar(&o.once, "once", false, "print one frame, and leave")
	c.Flags().BoolVar(&o.json, "json", false, "print each frame as one line of JSON")
	c.Flags().BoolVar(&o.plain, "plain", false, "print a block of lines each second, for screen readers and logs")
	c.Flags().BoolVar(&o.ascii, "ascii", false, "draw with ASCII only")
	c.Flags().SetInterspersed(true)
	return c
}

func (f *face) top(args []string, o topOptions) error {
	if len(args) == 0 {
		return f.topAny(o)
	}
	if pid, err := strconv.Atoi(args[0]); err == nil && len(args) == 1 {
		return f.topProcess(pid, o)
	}
	if o.lines() {
		return f.topScript(args, o)
	}
	return f.topScriptDrawn(args, o)
}

// lines reports whether frames are printed, and not drawn on a terminal.
func (o topOptions) lines() bool { return o.once || o.json || o.plain }

// model is a view of a weir.
func (f *face) model(v *view.View, o topOptions) *top.Model {
	m := &top.Model{ASCII: o.ascii || graph.ScreenOf(f.Out).ASCII}
	if v != nil {
		m.Title = v.Snapshot.Script
	}
	return m
}

// topProcess shows the run of a weir that is there.
func (f *face) topProcess(pid int, o topOptions) error {
	v, err := view.Dial(pid)
	if err != nil {
		return fmt.Errorf("top: %w", err)
	}
	defer v.Close()
	if o.lines() {
		return f.show(v, o)
	}
	return f.drawn(v, f.model(v, o))
}

// topAny shows the one weir that runs, or asks which.
func (f *face) topAny(o topOptions) error {
	list, silent, err := view.All()
	switch {
	case err != nil:
		return err
	case len(list) == 0 && len(silent) > 0:
		return fmt.Errorf("top: process %d does not answer: it is stopped", silent[0])
	case len(list) == 0:
		return errors.New("top: no weir has a run; weir top FILE runs a script and shows it")
	case len(list) == 1:
		return f.topProcess(list[0].PID, o)
	case o.lines():
		return usageError{fmt.Errorf("top: which weir? weir ps lists %d of them: weir top PID", len(list))}
	}
	m := f.model(nil, o)
	m.Weirs = list
	return f.chosen(m, o)
}

// topScript runs a script in a process of its own, and prints its frames. Where those are for programs,
// what the script prints goes to standard error.
func (f *face) topScript(args []string, o topOptions) error {
	c, ours, err := f.scriptFor(args)
	if err != nil {
		return err
	}
	c.Stdin, c.Stdout, c.Stderr = f.In, f.Out, f.Err
	if o.once || o.json {
		c.Stdout = f.Err
	}
	endsWithThis(c)
	if err := c.Start(); err != nil {
		return err
	}
	c.ExtraFiles[0].Close()
	v, err := view.Attach(ours)
	if err != nil {
		return f.ended(c.Wait())
	}
	defer v.Close()
	err = f.show(v, o)
	if o.once {
		_ = c.Process.Signal(os.Interrupt)
		_ = c.Wait()
		return err
	}
	return errors.Join(err, f.ended(c.Wait()))
}

// scriptFor is the command that runs a script for a view, and the view's side of their connection.
func (f *face) scriptFor(args []string) (*exec.Cmd, net.Conn, error) {
	ours, theirs, err := view.Pair()
	if err != nil {
		return nil, nil, err
	}
	exe, err := os.Executable()
	if err != nil {
		return nil, nil, err
	}
	c := exec.Command(exe, append([]string{"run", "--view", "3"}, args...)...)
	c.ExtraFiles = []*os.File{theirs}
	return c, ours, nil
}

// ended gives the exit status of a script as this process's.
func (f *face) ended(err error) error {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return err
	}
	if status := exit.ExitCode(); status >= 0 {
		return statusFault(status)
	}
	return fmt.Errorf("top: the script has ended: %w", err)
}

// settled is how long a run is looked at before weir top --once says who holds it up.
const settled = 3 * time.Second

// plainEvery is the time between two blocks of lines.
const plainEvery = time.Second

// show prints frames until the run or the view ends.
func (f *face) show(v *view.View, o topOptions) error {
	if err := v.Ask(view.Request{Do: view.Watch}); err != nil {
		return err
	}
	m := f.model(v, o)
	printed := -plainEvery.Seconds()
	var last *sample.Frame
	for {
		line, err := v.Next()
		if err != nil {
			break
		}
		if line.Frame == nil {
			continue
		}
		if last != nil && last.Run != line.Frame.Run {
			printed = -plainEvery.Seconds()
		}
		last = line.Frame
		m.Take(last)
		switch {
		case o.once:
		case o.json:
			err = json.NewEncoder(f.out).Encode(last)
		case last.Ended != "" || last.At-printed >= plainEvery.Seconds():
			_, err = fmt.Fprintln(f.out, m.Lines())
			printed = last.At
		}
		if err != nil {
			return err
		}
		if o.once && (last.Ended != "" || last.At >= settled.Seconds() && last.Window > 0.9) {
			break
		}
	}
	switch {
	case !o.once:
		return nil
	case last == nil:
		return errors.New("top: it has no run")
	case o.json:
		return json.NewEncoder(f.out).Encode(last)
	}
	width := graph.ScreenOf(f.Out).Width
	if width < 40 {
		width = 80
	}
	_, err := fmt.Fprint(f.out, m.Once(width))
	return err
}

// letWatch lets views watch this process from its first run on. The connection of weir top,
// which has started it, is served from the start.
func (f *face) letWatch(name string) (begins, shut func()) {
	server := &view.Server{Script: name, Version: script.Version, Since: time.Now()}
	var served sync.WaitGroup
	ctx, cancel := context.WithCancel(context.Background())
	if f.view > 0 {
		file := os.NewFile(uintptr(f.view), "view")
		conn, err := net.FileConn(file)
		file.Close()
		if err == nil {
			served.Go(func() { server.Serve(ctx, conn) })
		}
	}
	end := func() {}
	begins = sync.OnceFunc(func() {
		if open, err := server.Open(); err == nil {
			end = open
		}
	})
	return begins, func() {
		cancel()
		served.Wait()
		end()
	}
}
