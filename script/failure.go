package script

import (
	"errors"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime"
	"weir/script/interp"
	"weir/script/lualib"
	"weir/script/problem"
	"weir/script/syntax"
)

// ExitError says that the script called os.exit.
type ExitError = lualib.ExitError

// Failure is a run that failed and that the script did not catch.
type Failure struct {
	Err *syntax.Error
	Why string // how the run ended: one of the runtime's Why constants
}

func (f *Failure) Error() string { return f.Err.Error() }

// Unwrap gives the error with its place.
func (f *Failure) Unwrap() error { return f.Err }

// Status gives the exit status that an error of Run means: what os.exit was
// given, 124 for a timeout, 130 for an interruption, else 1; 0 for none.
func Status(err error) int {
	var exit *ExitError
	var failure *Failure
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.Code
	case errors.As(err, &failure) && failure.Why == runtime.WhyTimeout:
		return 124
	case errors.As(err, &failure) && failure.Why == runtime.WhyInterrupted:
		return 130
	}
	return 1
}

// explain turns an error that came out of Lua into one for the user.
func (vm *VM) explain(err error) error {
	if err == nil && vm.lualib.Exiting == nil {
		return nil
	}
	if vm.lualib.Exiting != nil {
		return vm.lualib.Exiting
	}
	if p := problem.Recall(vm.L, err); p != nil {
		return vm.failure(p)
	}
	var api *lua.ApiError
	if isOverflow(err) {
		return &syntax.Error{Message: "stack overflow: functions call each other too deeply", Hint: "does one call itself without an end?"}
	}
	if errors.As(err, &api) && api.Type == lua.ApiErrorPanic {
		text, _, _ := strings.Cut(api.Object.String(), "\n")
		return faultf("%s", strings.TrimPrefix(text, interp.InternalError))
	}
	if vm.ctx.Err() != nil {
		return &Failure{&syntax.Error{Message: "interrupted"}, runtime.WhyInterrupted}
	}
	return vm.blame.Error(err)
}

// isOverflow reports whether calls have outgrown their stack.
func isOverflow(err error) bool {
	var api *lua.ApiError
	if !errors.As(err, &api) {
		return false
	}
	text, ok := api.Object.(lua.LString)
	return ok && (strings.HasSuffix(string(text), ": stack overflow") || strings.HasSuffix(string(text), ": C stack overflow"))
}

// failure makes of a problem what Run returns.
func (vm *VM) failure(p *problem.Error) error {
	e := vm.blame.Problem(p)
	if e.Hint == "" {
		e.Hint = p.Where
	}
	if p.Why == "" {
		return e
	}
	return &Failure{e, p.Why}
}

// problemOf gives what is known of an error that came out of Lua.
func (vm *VM) problemOf(err error) *problem.Error {
	if p := problem.Recall(vm.L, err); p != nil {
		return p
	}
	var e *syntax.Error
	if err = vm.explain(err); !errors.As(err, &e) {
		return problem.New(problem.Origin{}, "%s", problem.FirstLine(err.Error()))
	}
	return problem.Of(e)
}

// problemError makes of a problem what Run returns.
func (vm *VM) problemError(err error) error {
	var p *problem.Error
	if errors.As(err, &p) {
		return vm.failure(p)
	}
	return err
}
