package command

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"weir/ipc"
)

// figure is what bench measured of one mechanism: between two processes, for one
// size of message.
type figure struct {
	Kind  ipc.Kind `json:"kind"`
	Size  int      `json:"size"`            // bytes of a message
	Trip  float64  `json:"round_trip_us"`   // there and back
	Rate  float64  `json:"messages_per_s"`  // one way, one by one
	Bytes float64  `json:"bytes_per_s"`     // the same
	Fault string   `json:"fault,omitempty"` // why there is no figure
}

// benchSizes are the sizes of messages that are tried.
var benchSizes = []int{64, 4096}

// benchTime is how long one figure is measured.
const benchTime = 150 * time.Millisecond

func benchCommand(f *face) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "bench", Short: "compare the mechanisms on this machine, and say which to use",
		Long: `bench sends messages of 64 and of 4096 bytes between two processes by each
mechanism, and prints the time of a round trip, and how many go one way in a
second, one by one. Then it says in words what follows. It takes some seconds;
the figures are this machine's, as it is now.`,
		Args:              withoutArguments("bench"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(*cobra.Command, []string) error {
			figures, err := measureAll()
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(f, figures)
			}
			return f.showFigures(figures)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object for each figure")
	return c
}

func (f *face) showFigures(figures []figure) error {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "MECHANISM\tBYTES\tROUND TRIP\tMESSAGES/S\tMB/S\t")
	for _, x := range figures {
		if x.Fault != "" {
			fmt.Fprintf(w, "%s\t%d\t%s\t\t\t\n", x.Kind, x.Size, x.Fault)
			continue
		}
		fmt.Fprintf(w, "%s\t%d\t%.1f µs\t%.0f\t%.0f\t\n", x.Kind, x.Size, x.Trip, x.Rate, x.Bytes/1e6)
	}
	w.Flush()
	for _, line := range advice(figures) {
		b.WriteString("\n" + line + "\n")
	}
	return f.writeOut(folded(f.Out, b.String()))
}

// perSecond is how often something came in a second. A clock that has not moved on counts as its
// smallest step.
func perSecond(n int, took time.Duration) float64 {
	return float64(max(n, 1)) / max(took, time.Nanosecond).Seconds()
}

// advice says what follows from the figures, and what no figure tells.
func advice(figures []figure) []string {
	best := func(size int, better func(a, b figure) bool) (figure, bool) {
		var found figure
		for _, x := range figures {
			if x.Size == size && x.Fault == "" && (found.Kind == "" || better(x, found)) {
				found = x
			}
		}
		return found, found.Kind != ""
	}
	of := func(kind ipc.Kind, size int) figure {
		for _, x := range figures {
			if x.Kind == kind && x.Size == size {
				return x
			}
		}
		return figure{}
	}
	var lines []string
	pipe := of(ipc.KindPipe, benchSizes[0])
	if x, ok := best(benchSizes[0], func(a, b figure) bool { return a.Rate > b.Rate }); ok && pipe.Rate > 0 {
		lines = append(lines, fmt.Sprintf("Many small messages: %s, %.1f times a pipe's rate.", x.Kind, x.Rate/pipe.Rate))
	}
	if x, ok := best(benchSizes[0], func(a, b figure) bool { return a.Trip < b.Trip }); ok && pipe.Trip > 0 {
		lines = append(lines, fmt.Sprintf("Question and answer: %s, %.1f µs there and back; a pipe takes %.1f µs.",
			x.Kind, x.Trip, pipe.Trip))
	}
	if x, ok := best(benchSizes[1], func(a, b figure) bool { return a.Bytes > b.Bytes }); ok {
		lines = append(lines, fmt.Sprintf("Much data, a page at a time: %s, %.0f MB/s.", x.Kind, x.Bytes/1e6))
	}
	return append(lines,
		"Joined by programs that are not weir's: a queue keeps messages whole and has priorities; a FIFO or a "+
			"socket carries\nbytes; shm is read and written without any call. A ring or a mailbox only weir's programs join.",
		"Another machine, now or later: tcp. A browser of processes that may crash: unix, whose end is seen.")
}
