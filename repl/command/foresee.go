package command

import (
	"errors"
	"os"

	"weir/runtime/plan"
	"weir/script"
)

// foreseen takes what a script would do, in its order: its runs, and whatever else it would
// change. place is its file and line.
type foreseen struct {
	run func(p *plan.Plan, place string)
	act func(act, place string) // such as "remove x"
}

// foresee runs a script that starts nothing and changes nothing. looks, if it is not nil, sees
// the script's globals after it. ends reports whether the script called os.exit.
func (f *face) foresee(s source, args []string, to foreseen, looks func(*script.VM) error) (ends bool, err error) {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return false, err
	}
	defer null.Close()
	vm := script.New(script.Options{Args: args, Script: s.name, Stdin: f.In, Stdout: f.Out, Stderr: f.Err,
		Silent: null, Explain: to.run, Would: to.act})
	defer vm.Close()
	err = vm.Run(s.name, s.text)
	var exit *script.ExitError
	if ends = errors.As(err, &exit); ends {
		err = nil
	}
	if err == nil && looks != nil {
		err = looks(vm)
	}
	return ends, err
}

// foreseenEnd says why there is no run, or no other.
func (f *face) foreseenEnd(command string, runs int, ends bool, err error) error {
	switch {
	case err != nil && runs == 0:
		return err
	case err != nil:
		f.say("weir %s: without the results of these runs the script goes no further:\n%s", command, f.errorText(err))
	case runs == 0 && ends:
		f.say("weir %s: the script ends before it runs a topology", command)
	case runs == 0:
		f.say("weir %s: the script runs no topology", command)
	}
	return nil
}

// writeAct tells on standard error what the script would do.
func (f *face) writeAct(command string) func(act, place string) {
	return func(act, place string) {
		f.say("weir %s: the script would %s, %s", command, plan.Visible(act), place)
	}
}
