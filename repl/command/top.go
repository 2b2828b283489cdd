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

	"weir/repl/view"
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
already. The sentence at the top names the stage that holds the others up.`,
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
		v, err := view.Dial(pid)
		if err != nil {
			return fmt.Errorf("top: %w", err)
		}
		return f.show(v, nil, o)
	}
	return f.topScript(args, o)
}

// topAny shows the one weir that runs.
func (f *face) topAny(o topOptions) error {
	list, err := view.Find()
	switch {
	case err != nil:
		return err
	case len(list) == 0:
		return errors.New("top: no weir has a run; weir top FILE runs a script and shows it")
	case len(list) > 1:
		return usageError{fmt.Errorf("top: which weir? weir ps lists %d of them: weir top PID", len(list))}
	}
	return f.top([]string{strconv.Itoa(list[0])}, o)
}

// topScript runs a script in a process of its own, and shows it.
func (f *face) topScript(args []string, o topOptions) error {
	ours, theirs, err := view.Pair()
	if err != nil {
		return err
	}
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	c := exec.Command(exe, append([]string{"run", "--view", "3"}, args...)...)
	c.Stdin, c.Stdout, c.Stderr, c.ExtraFiles = f.In, f.Out, f.Err, []*os.File{theirs}
	if err := c.Start(); err != nil {
		return err
	}
	theirs.Close()
	v, err := view.Attach(ours)
	if err != nil {
		_ = c.Wait()
		return err
	}
	err = f.show(v, c, o)
	if o.once {
		_ = c.Process.Signal(os.Interrupt)
	}
	_ = c.Wait()
	return err
}

// settled is how long a run is looked at before weir top --once says who holds it up.
const settled = 3 * time.Second

// show shows frames until the run or the view ends.
func (f *face) show(v *view.View, _ *exec.Cmd, o topOptions) error {
	defer v.Close()
	if err := v.Ask(view.Request{Do: view.Watch}); err != nil {
		return err
	}
	var last *sample.Frame
	for {
		line, err := v.Next()
		if err != nil {
			break
		}
		if line.Frame == nil {
			continue
		}
		last = line.Frame
		if !o.once && o.json {
			if err := json.NewEncoder(f.out).Encode(last); err != nil {
				return err
			}
		}
		if o.once && (last.Ended != "" || last.At >= settled.Seconds() && last.Window > 0.9) {
			break
		}
	}
	if o.once && last != nil {
		return json.NewEncoder(f.out).Encode(last)
	}
	return nil
}

// letWatch lets views watch this process from its first run on. The connection of weir top,
// which has started it, is served from the start.
func (f *face) letWatch(s source) (begins, shut func()) {
	server := &view.Server{Script: s.name, Version: script.Version, Since: time.Now()}
	if f.view > 0 {
		conn, err := net.FileConn(os.NewFile(uintptr(f.view), "view"))
		if err == nil {
			go server.Serve(context.Background(), conn)
		}
	}
	end := func() {}
	begins = sync.OnceFunc(func() {
		if open, err := server.Open(); err == nil {
			end = open
		}
	})
	return begins, func() { end() }
}
