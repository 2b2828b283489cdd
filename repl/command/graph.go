package command

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"weir/runtime/graph"
	"weir/runtime/plan"
	"weir/script"
)

func graphCommand(f *face) *cobra.Command {
	var code, format string
	c := &cobra.Command{
		Use: "graph FILE|-|example:NAME|-e CODE [ARG...]", Short: "draw what a script's runs would be, and start nothing",
		Long: `graph runs the script's Lua, but none of its runs: each is drawn, its stages as
boxes, its channels as rounds, weir's own relays with double lines. Of a script
that runs nothing, the topologies in its global variables are drawn.

The formats: text, in ASCII where the locale is not UTF-8; svg, a picture that
stands alone; dot, for Graphviz; mermaid, for Markdown; json, a list with all
nodes and edges of each run. What else the script would change is said on
standard error, and not done.`,
		RunE: func(c *cobra.Command, args []string) error {
			if !slices.Contains(graph.Formats(), format) {
				return notAmong("graph", "format", format, graph.Formats())
			}
			s, args, err := f.scriptOf(c, code, args)
			if err != nil {
				return err
			}
			return f.graph(s, args, format)
		},
		ValidArgsFunction: f.examples.completeScript,
	}
	c.Flags().StringVarP(&code, "execute", "e", "", "draw what this Lua `CODE` runs")
	c.Flags().StringVar(&format, "format", "text", "draw in this `FORMAT`: "+strings.Join(graph.Formats(), ", "))
	completeFlag(c, "format", graph.Formats())
	return c
}

// drawing is what a script would run.
type drawing struct {
	parts []graph.Part
	runs  int
	same  int // so many runs at the end are one part
	place string
}

// add adds a run; those that a loop repeats are drawn once.
func (d *drawing) add(p *plan.Plan, place string, apart bool) {
	d.runs++
	part := graph.Of(p).Parts[0]
	if n := len(d.parts); n > 0 && !apart && place == d.place {
		last := &d.parts[n-1]
		if reflect.DeepEqual(last.Nodes, part.Nodes) && reflect.DeepEqual(last.Edges, part.Edges) {
			d.same++
			last.Title = fmt.Sprintf("runs %d to %d, %s", d.runs-d.same+1, d.runs, place)
			return
		}
	}
	d.same, d.place = 1, place
	part.Title = fmt.Sprintf("run %d, %s", d.runs, place)
	d.parts = append(d.parts, part)
}

func (f *face) graph(s source, args []string, format string) error {
	var d drawing
	to := foreseen{
		run: func(p *plan.Plan, place string) { d.add(p, place, format == "json") },
		act: f.writeAct("graph"),
	}
	ends, err := f.foresee(s, args, to, func(vm *script.VM) error {
		if d.runs > 0 {
			return nil
		}
		return d.addGlobals(vm)
	})
	if err := f.foreseenEnd("graph", d.runs+len(d.parts), ends, err); err != nil {
		return err
	}
	if len(d.parts) == 0 {
		return nil
	}
	if len(d.parts) == 1 && format != "text" && format != "json" {
		d.parts[0].Title = ""
	}
	g := graph.Graph{Parts: d.parts}
	return g.Write(f.out, format, graph.ScreenOf(f.Out))
}

// addGlobals adds the topologies that the script has made and not run.
func (d *drawing) addGlobals(vm *script.VM) error {
	list, err := vm.Globals()
	for _, t := range list {
		part := graph.Of(t.Plan).Parts[0]
		part.Title = t.Name
		d.parts = append(d.parts, part)
	}
	return err
}
