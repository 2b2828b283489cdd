package runtime

import (
	"os"

	"weir/runtime/plan"
)

// Imagine gives a run of the plan that has started nothing and has ended well. A caller who
// only wants the plan can go on with it. Weir's own ends are open on the null device.
func Imagine(p *plan.Plan) (*Run, error) {
	r := &Run{plan: p, own: map[ownEnd]*os.File{}, done: make(chan struct{})}
	close(r.done)
	r.out = &Result{OK: true, Why: WhyExit}
	r.stageList.of(p)
	for i := range p.Stages {
		if p.Stages[i].Relay != nil {
			continue
		}
		r.out.Stages = append(r.out.Stages, StageResult{Name: p.Stages[i].Name, Why: WhyExit})
	}
	for _, end := range p.Topology.Ends {
		if end.Stage != "" {
			continue
		}
		f, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
		if err != nil {
			for _, f := range r.own {
				f.Close()
			}
			return nil, err
		}
		r.own[ownEnd{end.Channel, end.Mode.Writes()}] = f
	}
	return r, nil
}
