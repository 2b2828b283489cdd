package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"weir/ipc"
	"weir/ipc/names"
	"weir/runtime/cells"
	"weir/runtime/guard"
)

// nameRow is one name as ls and clean show it.
type nameRow struct {
	Kind     ipc.Kind `json:"kind"`
	Name     string   `json:"name"`
	Path     string   `json:"path"`
	State    string   `json:"state"` // held, left, kept or unproved
	Owner    int      `json:"owner"` // process number of who made it
	Command  string   `json:"command"`
	Attached []int    `json:"attached"`
	Why      string   `json:"why,omitempty"` // why it is not proved to be weir's
}

func lsCommand(f *face) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "ls", Short: "list the named objects that runs hold or left",
		Long: `ls lists the FIFOs, regions, queues, sockets and the like that runs of this
user's have made and that are still there: held by a run that lives, left by
one that died, or kept on purpose (keep=true). What is not proved to be a run's is
unproved, and the last column says why: another program may have made it, or the
run saw the system from another namespace. Nothing of weir's removes that; rm does.`,
		Args:              withoutArguments("ls"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(*cobra.Command, []string) error {
			entries, err := names.List()
			if err != nil {
				return err
			}
			rows := []nameRow{}
			attached := names.Attached(entries)
			for i, e := range entries {
				if e.Found && !hidden(e) {
					rows = append(rows, rowOf(e, attached[i]))
				}
			}
			return f.showNames(rows, asJSON)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object for each name")
	return c
}

// hidden reports whether an entry is only a part of another, as long as that is there.
func hidden(e names.Entry) bool {
	if second := e.Kind.SocketAt(); second != "" && strings.HasSuffix(e.Path, second) {
		_, err := os.Lstat(strings.TrimSuffix(e.Path, second))
		return err == nil
	}
	return e.Alive && strings.HasPrefix(filepath.Base(e.Path), ".weir-")
}

func rowOf(e names.Entry, attached []int) nameRow {
	state := "left"
	switch {
	case e.Why != "" && !e.Alive:
		state = "unproved"
	case e.Kept:
		state = "kept"
	case e.Alive:
		state = "held"
	}
	command := append([]string(nil), e.Owner.Command...)
	if len(command) > 0 {
		command[0] = filepath.Base(command[0])
	}
	if attached == nil {
		attached = []int{}
	}
	return nameRow{e.Kind, e.Name.Name, e.Path, state, e.Owner.PID, strings.Join(command, " "), attached, e.Why}
}

func (f *face) showNames(rows []nameRow, asJSON bool) error {
	if asJSON {
		return printJSON(f, rows)
	}
	var b strings.Builder
	if len(rows) > 0 {
		w := tabwriter.NewWriter(&b, 0, 8, 2, ' ', 0)
		why := ""
		if slices.ContainsFunc(rows, func(r nameRow) bool { return r.Why != "" }) {
			why = "\tWHY"
		}
		fmt.Fprintln(w, "KIND\tNAME\tSTATE\tMADE BY\tATTACHED"+why)
		for _, r := range rows {
			pids := make([]string, len(r.Attached))
			for i, pid := range r.Attached {
				pids[i] = strconv.Itoa(pid)
			}
			if why != "" {
				why = "\t" + printable(r.Why)
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%d %s\t%s%s\n", r.Kind, printable(r.Name), r.State, r.Owner,
				cells.Cut(printable(r.Command), shownCommand), strings.Join(pids, " "), why)
		}
		w.Flush()
	}
	return f.writeOut(b.String())
}

// shownCommand is how many columns a row has for the command that made a name: --json has
// all of it.
const shownCommand = 40

// printable keeps a name from writing to the terminal what is no name.
func printable(s string) string { return cells.Harmless(s, false) }

// printJSON prints one object a line.
func printJSON[T any](f *face, rows []T) error {
	out := json.NewEncoder(f.out)
	out.SetEscapeHTML(false)
	for _, row := range rows {
		if err := out.Encode(row); err != nil {
			return err
		}
	}
	return nil
}

func cleanCommand(f *face) *cobra.Command {
	var asJSON, kept bool
	c := &cobra.Command{
		Use: "clean", Short: "remove the named objects whose owner is dead",
		Long: `clean removes what runs left that died. That they are dead is proved by a lock
that the kernel drops with the last of their processes; a name is removed only
if what has it is proved to be what that run made: the same inode, born at the same
time, on the same mount, since the system started, in the same namespaces. It prints
what it removed; weir ls lists what is left, and why. Processes that are left, because
a run's weir and its guard were killed together, are killed.

On Windows a run leaves no more than the files of Unix sockets: the system removes any
other name with the last handle, so ls says of it who may have it open.`,
		Args:              withoutArguments("clean"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(*cobra.Command, []string) error {
			if left := guard.FinishDead(); len(left) > 0 {
				fmt.Fprintln(f.Err, "weir: killed what dead runs had left: processes", left)
			}
			removed, err := names.Clean(kept)
			if err != nil {
				return err
			}
			rows := []nameRow{}
			for _, e := range removed {
				if !hidden(e) {
					rows = append(rows, rowOf(e, nil))
				}
			}
			return f.showNames(rows, asJSON)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object for each name")
	c.Flags().BoolVar(&kept, "kept", false, "remove what was kept on purpose, too")
	return c
}

func withoutArguments(name string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) > 0 {
			return usageError{errors.New(name + " takes no arguments")}
		}
		return nil
	}
}
