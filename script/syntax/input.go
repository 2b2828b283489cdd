package syntax

import (
	"errors"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// returning stands before an expression, so that its values come back.
const returning = "return "

// CompileInput compiles an input of a prompt: an expression, behind = or not, whose
// values the chunk returns, or else statements. Where it is neither, the error is
// that of the reading which got further, in the columns of the text.
func CompileInput(name, text string) (*Chunk, error) {
	text = strings.TrimPrefix(text, "\ufeff") // as Compile has it
	expression, marked := strings.CutPrefix(text, "=")
	if marked {
		expression = " " + expression
	}
	chunk, err := Compile(name, returning+expression)
	if err == nil {
		chunk.Shown = text
		stay(chunk.Proto)
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

// stay makes the tail call that a returned call is an ordinary one, so that a trace
// shows the input that it came from. A tail call has the operands of a call whose
// values are all wanted, and the instruction behind it returns them.
func stay(p *lua.FunctionProto) {
	for i, instruction := range p.Code {
		if Operation(instruction) == lua.OP_TAILCALL {
			p.Code[i] = uint32(lua.OP_CALL)<<operands | instruction&(1<<operands-1)
		}
	}
}

// unreturned takes what was put before a text out of its error.
func unreturned(text string, err error) error {
	var e *Error
	if errors.As(err, &e) && e.Line == 1 {
		e.Column = max(e.Column-len(returning), 0)
		e.Source = Line(text, 1)
	}
	return err
}

// further tells whether a was found further on in the text than b.
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
