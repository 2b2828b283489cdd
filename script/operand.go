package script

import (
	"regexp"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/script/syntax"
)

// operators are those of the errors that tell of an operand's type and not of its name.
var operators = []struct {
	message string // what begins it
	beside  func() *regexp.Regexp
}{
	{"attempt to perform arithmetic on a ", operandOf(`[-+*/%^]`)},
	{"attempt to concatenate a ", operandOf(`\.\.`)},
	{"attempt to compare ", operandOf(`<=|>=|<|>`)},
	{"attempt to get length of a ", operandOf(`#`)},
}

// operand is how those tell of one that is nil, or may be.
var operand = lazily(`a nil value|a value that is no number|a value that has none|nil`)

// operandOf matches the names, maybe with fields, on both sides of an operator.
func operandOf(operator string) func() *regexp.Regexp {
	const name = `([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)`
	return lazily(`(?:` + name + `\s*)?(?:` + operator + `)(?:\s*` + name + `(?:$|[^\w.\s(\[:"'{]|\s))?`)
}

// nameOperand has an error of an operator say which of its operands is nil, where the
// line tells: gopher-lua does not.
func (vm *VM) nameOperand(e *syntax.Error) {
	if vm.scope == nil {
		return // what was local there is not known
	}
	for _, o := range operators {
		if !strings.HasPrefix(e.Message, o.message) || !operand().MatchString(e.Message) {
			continue
		}
		name, at := vm.nilOperand(o.beside(), blankedStrings(e.Source))
		if name == "" {
			return
		}
		told := operand().FindString(e.Message)
		e.Message = strings.Replace(e.Message, told, "'"+name+"' (a nil value)", 1)
		e.Column, e.Width = at+1, len(name)
		return
	}
}

// nilOperand finds the operand of a line that is nil, and where it stands; of an
// operator's two that are, the left one, as Lua does. Where several operators have one,
// nothing tells which it was.
func (vm *VM) nilOperand(beside *regexp.Regexp, line string) (name string, at int) {
	for _, m := range beside.FindAllStringSubmatchIndex(line, -1) {
		for _, from := range []int{2, 4} {
			if m[from] < 0 {
				continue
			}
			operand := line[m[from]:m[from+1]]
			if isKeyword(operand) || !vm.isNil(operand) {
				continue
			}
			if operand == "nil" || name != "" && operand != name {
				return "", 0
			}
			if name == "" {
				name, at = operand, m[from]
			}
			break
		}
	}
	return name, at
}

// isNil tells whether a name, maybe with fields, stood for nothing where the error was.
func (vm *VM) isNil(name string) bool {
	first, rest, dotted := strings.Cut(name, ".")
	v := vm.namedValue(first)
	for ; dotted; v = v.(*lua.LTable).RawGetString(first) {
		if _, ok := v.(*lua.LTable); !ok {
			return false
		}
		first, rest, dotted = strings.Cut(rest, ".")
	}
	return v == lua.LNil
}
