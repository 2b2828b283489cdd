package repl

import "fmt"

// showStarted shows the jobs that an input has started, unless they are its values.
func (p *Prompt) showStarted() {
	for _, line := range p.VM.Jobs().Begun(p.values) {
		if p.Interactive {
			fmt.Fprintln(p.Out, harmless(line, false))
		}
	}
	p.values = nil
}

// showEnded shows the jobs that have ended meanwhile; if nobody types, those alone that failed.
func (p *Prompt) showEnded() {
	ended := p.VM.Jobs().Announce()
	if e, ok := p.Editor.(interface{ EndLine() }); ok && len(ended) > 0 && len(p.VM.Jobs().Running()) == 0 {
		e.EndLine()
	}
	for _, job := range ended {
		if p.Interactive {
			fmt.Fprintln(p.Out, harmless(job.Line, false))
		} else if job.Failed {
			fmt.Fprintln(p.Err, harmless(job.Line, false))
		}
	}
}

// mayLeave reports whether the session may end. If jobs run, which its end stops, it warns of them
// the first time.
func (p *Prompt) mayLeave() bool {
	jobs := p.VM.Jobs().Running()
	if !p.Interactive || p.session.warning || len(jobs) == 0 {
		return true
	}
	p.session.warning = true
	for _, line := range jobs {
		fmt.Fprintln(p.Out, harmless(line, false))
	}
	fmt.Fprintln(p.Out, "The end of this session stops them. Ctrl-D or :quit now ends it.")
	return false
}
