package script

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"weir/ipc"
	"weir/runtime/plan"
	"weir/script/problem"
)

// draft is the topology that a lowering makes. Each stage and channel gets a name of its own.
type draft struct {
	plan.Topology
	stageNames, channelNames names
	places                   map[string]problem.Origin // where stages and channels were written, by name and by origin
	words                    map[string]string         // what the source calls a stage, for the caret
}

func newDraft() *draft {
	return &draft{stageNames: names{}, channelNames: names{}, places: map[string]problem.Origin{},
		words: map[string]string{}}
}

// attach is one side of a channel, to which a stage's descriptor will go.
type attach struct {
	channel string
	mode    ipc.Mode
	source  *channel // where the script wrote the channel; nil for one that | made
	turn    int      // of a file that a redirection opens: which of the command's it is, from 1
}

// newChannel adds a channel and returns its name.
func (d *draft) newChannel(c plan.Channel, at problem.Origin) string {
	if c.Name == "" {
		c.Name = d.channelNames.unique(string(c.Kind)+"1", string(c.Kind))
	} else {
		c.Name = d.channelNames.unique(c.Name, c.Name+"#")
	}
	c.Origin = at.String()
	d.places[c.Origin], d.places[c.Name] = at, at
	d.Channels = append(d.Channels, c)
	return c.Name
}

// newStage begins a stage. It gets the name where no other stage has it, else the name with a number.
func (d *draft) newStage(name, text string, at problem.Origin) plan.Stage {
	rs := plan.Stage{Name: d.stageNames.unique(name, name+"#"), Origin: at.String(), Text: text}
	d.places[rs.Origin], d.places[rs.Name] = at, at
	return rs
}

// newPipe adds a pipe and gives its ends.
func (d *draft) newPipe(at problem.Origin) (write, read *attach) {
	name := d.newChannel(plan.Channel{Kind: ipc.KindPipe}, at)
	return &attach{channel: name, mode: ipc.Write}, &attach{channel: name}
}

func (d *draft) end(stage, channel string, mode ipc.Mode, fd int) {
	d.Ends = append(d.Ends, plan.End{Stage: stage, Channel: channel, Mode: mode, FD: fd})
}

// channelOf finds a channel by its name.
func (d *draft) channelOf(name string) *plan.Channel {
	for i := range d.Channels {
		if d.Channels[i].Name == name {
			return &d.Channels[i]
		}
	}
	return &plan.Channel{}
}

// timeoutOf gives the time that a stage was allowed.
func (d *draft) timeoutOf(name string) time.Duration {
	for i := range d.Stages {
		if d.Stages[i].Name == name {
			return d.Stages[i].Timeout
		}
	}
	return 0
}

// word is what the caret points at for a stage.
func (d *draft) word(name string) string {
	base, _, _ := strings.Cut(name, "#")
	return cmp.Or(d.words[name], base)
}

// names are the names in use, each with the last number given out for it.
type names map[string]int

// unique gives first where nobody has it, else prefix with a number.
func (taken names) unique(first, prefix string) string {
	name := first
	n := max(taken[prefix], 1)
	for {
		if _, used := taken[name]; !used {
			break
		}
		n++
		name = fmt.Sprintf("%s%d", prefix, n)
	}
	taken[name] = max(taken[name], 1)
	taken[prefix] = max(taken[prefix], n)
	return name
}
