package script

import (
	"errors"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime"
	"weir/script/blame"
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

// failures turns what came out of Lua into errors for the user.
type failures struct {
	L     *lua.LState
	lib   *lualib.Library
	blame *blame.Finder
	over  func() bool // the state is to give up
	trace string      // where the last error of an input came from
}

// explain gives the error that Run returns.
func (f *failures) explain(err error) error {
	if err == nil && f.lib.Exiting == nil {
		return nil
	}
	if f.lib.Exiting != nil {
		return f.lib.Exiting
	}
	if p := problem.Recall(f.L, err); p != nil {
		return f.failure(p)
	}
	var api *lua.ApiError
	if isOverflow(err) {
		return &syntax.Error{Message: "stack overflow: functions call each other too deeply",
			Hint: "does one call itself without an end?"}
	}
	if errors.As(err, &api) && api.Type == lua.ApiErrorPanic {
		text, _, _ := strings.Cut(api.Object.String(), "\n")
		return faultf("%s", strings.TrimPrefix(text, interp.InternalError))
	}
	if f.over() {
		return &Failure{&syntax.Error{Message: "interrupted"}, runtime.WhyInterrupted}
	}
	return f.blame.Error(err)
}

// failure makes of a problem what Run returns.
func (f *failures) failure(p *problem.Error) error {
	e := f.blame.Problem(p)
	if e.Hint == "" {
		e.Hint = p.Where
	}
	if p.Why == "" {
		return e
	}
	return &Failure{e, p.Why}
}

// problemError is failure of an error that may be a problem.
func (f *failures) problemError(err error) error {
	var p *problem.Error
	if errors.As(err, &p) {
		return f.failure(p)
	}
	return err
}

// problemOf gives what is known of an error that came out of Lua.
func (f *failures) problemOf(err error) *problem.Error {
	if p := problem.Recall(f.L, err); p != nil {
		return p
	}
	var e *syntax.Error
	if err = f.explain(err); !errors.As(err, &e) {
		return problem.New(problem.Origin{}, "%s", problem.FirstLine(err.Error()))
	}
	return problem.Of(e)
}

// keepTrace keeps where an error came from: of a stage's, first what was called there.
func (f *failures) keepTrace(err error) {
	f.trace = traceOf(err)
	if p := problem.Recall(f.L, err); p != nil && p.Trace != "" {
		f.trace = strings.TrimSuffix(p.Trace, interp.TraceEnd) + "\n" + f.trace
	}
}

// keepStageTrace is keepTrace for what the prompt itself has run.
func (f *failures) keepStageTrace(err error) {
	f.trace = ""
	if p := problem.Recall(f.L, err); p != nil {
		f.trace = p.Trace
	}
}

// traceOf gives the calls that an error came from, empty where they were not kept.
func traceOf(err error) string {
	var api *lua.ApiError
	if errors.As(err, &api) {
		return api.StackTrace
	}
	return ""
}

// isOverflow reports whether calls have outgrown their stack.
func isOverflow(err error) bool {
	var api *lua.ApiError
	if !errors.As(err, &api) {
		return false
	}
	text, ok := api.Object.(lua.LString)
	return ok &&
		(strings.HasSuffix(string(text), ": stack overflow") || strings.HasSuffix(string(text), ": C stack overflow"))
}
