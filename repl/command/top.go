package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"slices"
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

// viewer is one weir top, with its flags.
type viewer struct {
	f                                 *face
	once, json, plain, ascii, predict bool
}

func topCommand(f *face) *cobra.Command {
	w := viewer{f: f}
	c := &cobra.Command{
		Use: "top [PID | FILE|example:NAME [ARG...]]", Short: "watch a run: what each stage does, how full each channel is",
		Long: `top FILE runs a script and shows its run; top PID shows that of a weir that runs
already; without a name it shows the one that runs, or asks which. The sentence at the
top names the stage that holds the others up. ? shows the keys, q leaves the view and not
the run. What the script prints stands below its stages, and is printed when the view
leaves.`,
		RunE:              func(_ *cobra.Command, args []string) error { return w.top(args) },
		ValidArgsFunction: f.examples.completeScript,
	}
	c.Flags().BoolVar(&w.once, "once", false, "print one frame, and leave")
	c.Flags().BoolVar(&w.json, "json", false, "print each frame as one line of JSON")
	c.Flags().BoolVar(&w.plain, "plain", false, "print a block of lines each second, for screen readers and logs")
	c.Flags().BoolVar(&w.ascii, "ascii", false, "draw with ASCII only")
	c.Flags().BoolVar(&w.predict, "predict", false, "at the first full channel, ask what will happen before it is shown")
	c.Flags().SetInterspersed(true)
	return c
}

func (w viewer) top(args []string) error {
	if w.predict && w.lines() {
		return usageError{errors.New("top: --predict asks at the terminal, " +
			"so that --once, --json and --plain do not go with it")}
	}
	if len(args) == 0 {
		return w.topAny()
	}
	if pid, err := strconv.Atoi(args[0]); err == nil && len(args) == 1 {
		return w.topProcess(pid)
	}
	if w.lines() {
		return w.topScript(args)
	}
	return w.topScriptDrawn(args)
}

// lines reports whether frames are printed, and not drawn on a terminal.
func (w viewer) lines() bool { return w.once || w.json || w.plain }

// model is a view of a weir.
func (w viewer) model(v *view.View) *top.Model {
	m := &top.Model{ASCII: w.ascii || graph.ScreenOf(w.f.Out).ASCII}
	if w.predict {
		m.Predict = &top.Prediction{}
	}
	if v != nil {
		m.Title = v.Snapshot.Script
	}
	return m
}

// topProcess shows the run of a weir that is there.
func (w viewer) topProcess(pid int) error {
	v, err := view.Dial(pid)
	if err != nil {
		return fmt.Errorf("top: %w", err)
	}
	defer v.Close()
	if w.lines() {
		return w.show(v)
	}
	return w.drawn(v, w.model(v))
}

// topAny shows the one weir that runs, or asks which.
func (w viewer) topAny() error {
	list, silent, err := view.All()
	switch {
	case err != nil:
		return err
	case len(list) == 0 && len(silent) > 0:
		return fmt.Errorf("top: process %d does not answer: it is stopped", silent[0])
	case len(list) == 0:
		return errors.New("top: no weir has a run; weir top FILE runs a script and shows it")
	case len(list) == 1:
		return w.topProcess(list[0].PID)
	case len(running(list)) == 1:
		return w.topProcess(running(list)[0].PID)
	case w.lines():
		return usageError{fmt.Errorf("top: which weir? weir ps lists %d of them: weir top PID", len(list))}
	}
	m := w.model(nil)
	m.Weirs = list
	return w.chosen(m)
}

// running are those of some weirs that have a run now.
func running(list []view.Snapshot) []view.Snapshot {
	return slices.DeleteFunc(slices.Clone(list), func(s view.Snapshot) bool { return len(s.Runs) == 0 })
}

// topScript runs a script in a process of its own, and prints its frames. Where those are for programs,
// what the script prints goes to standard error.
func (w viewer) topScript(args []string) error {
	c, ours, err := scriptFor(args)
	if err != nil {
		return err
	}
	c.Stdin, c.Stdout, c.Stderr = w.f.In, w.f.Out, w.f.Err
	if w.once || w.json {
		c.Stdout = w.f.Err
	}
	endsWithThis(c)
	if err := c.Start(); err != nil {
		return err
	}
	c.ExtraFiles[0].Close()
	v, err := view.Attach(ours)
	if err != nil {
		return endOf(c.Wait())
	}
	defer v.Close()
	err = w.show(v)
	if w.once || err != nil && err != errLost { // nobody takes what would be printed
		_ = c.Process.Signal(os.Interrupt)
		_ = c.Wait()
		return err
	}
	return errors.Join(err, endOf(c.Wait()))
}

// scriptFor is the command that runs a script for a view, and the view's side of their connection.
func scriptFor(args []string) (*exec.Cmd, net.Conn, error) {
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

// endOf gives the exit status of a script as this process's.
func endOf(err error) error {
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

// errLost is the end of a weir that was watched.
var errLost = errors.New("top: the weir that ran it has ended, and did not say how the run has")

// show prints frames until the run or the view ends.
func (w viewer) show(v *view.View) error {
	if err := v.Ask(view.Request{Do: view.Watch}); err != nil {
		return err
	}
	m := w.model(v)
	printed := -plainEvery.Seconds()
	var last *sample.Frame
	cut := false // before the run has ended
	for {
		line, err := v.Next()
		if err != nil {
			cut = true
			break
		}
		if line.Script != nil {
			m.Script(*line.Script)
			if last == nil && *line.Script != "" { // which may be why there is no frame
				fmt.Fprintln(w.f.Err, "weir:", *line.Script)
			}
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
		case w.once:
		case w.json:
			err = json.NewEncoder(w.f.out).Encode(last)
		case last.Ended != "" || last.At-printed >= plainEvery.Seconds():
			_, err = fmt.Fprintln(w.f.out, m.Lines())
			printed = last.At
		}
		if err != nil {
			return err
		}
		if w.once && (last.Ended != "" || last.At >= settled.Seconds() && last.Window > 0.9) {
			break
		}
	}
	switch {
	case last == nil && w.once:
		return errors.New("top: it has no run")
	case last != nil && cut && last.Ended == "":
		return errLost
	case !w.once:
		return nil
	case w.json:
		return json.NewEncoder(w.f.out).Encode(last)
	}
	width := graph.ScreenOf(w.f.Out).Width
	if width < 40 {
		width = 80
	}
	_, err := fmt.Fprint(w.f.out, m.Once(width))
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
