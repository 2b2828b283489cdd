package syntax

import (
	"errors"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// returning stands before an expression so that the chunk returns its values.
const returning = "return "

// CompileInput compiles an input of a prompt. An expression, behind = or not, becomes a chunk that returns
// its values; all else is statements. The error is that of the reading which got further.
func CompileInput(name, text string) (*Chunk, error) {
	text = strings.TrimPrefix(text, "\ufeff") // as Compile has it
	expression, marked := strings.CutPrefix(text, "=")
	if marked {
		expression = " " + expression
	}
	chunk, err := Compile(name, returning+expression)
	if err == nil {
		chunk.Shown = text
		noTailCall(chunk.Proto)
		return chunk, nil
	}
	notExpression := unreturned(text, err)
	if marked || strings.HasPrefix(text, "#") { // a length; a file's first line may be a comment, an input's is not
		return nil, notExpression
	}
	chunk, err = Compile(name, text)
	if err != nil && further(notExpression, err) {
		err = notExpression
	}
	return chunk, err
}

// noTailCall turns the tail call of a returned expression into an ordinary one, so that a trace shows the
// input. A tail call has the operands of a call whose values are all wanted, and the instruction behind it
// returns them.
func noTailCall(p *lua.FunctionProto) {
	for i, instruction := range p.Code {
		if Operation(instruction) == lua.OP_TAILCALL {
			p.Code[i] = uint32(lua.OP_CALL)<<operands | instruction&(1<<operands-1)
		}
	}
}

// unreturned corrects the columns of an error for what was put before the text.
func unreturned(text string, err error) error {
	var e *Error
	if errors.As(err, &e) && e.Line == 1 {
		e.Column = max(e.Column-len(returning), 0)
		e.Source = Line(text, 1)
	}
	return err
}

// further reports whether error a is further on in the text than b.
func further(a, b error) bool {
	var x, y *Error
	switch {
	case !errors.As(a, &x) || !errors.As(b, &y):
		return false
	case x.incomplete != y.incomplete:
		return x.incomplete
	case x.Line != y.Line:
		return x.Line > y.Line
	}
	return x.Column > y.Column
}
