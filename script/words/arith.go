package words

import (
	"fmt"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"
)

// arithmetic is the decimal value of $((...)).
func (x *expander) arithmetic(e syntax.ArithmExpr) (string, error) {
	n, err := x.number(e)
	return strconv.Itoa(n), err
}

func (x *expander) number(e syntax.ArithmExpr) (n int, err error) {
	if e == nil {
		return 0, nil
	}
	if err := x.numbersOnly(e); err != nil {
		return 0, err
	}
	defer func() {
		// expand panics on forms that it holds to be impossible.
		if p := recover(); p != nil {
			n, err = 0, x.refuse(e, "this arithmetic", "calculate in Lua")
		}
	}()
	n, err = expand.Arithm(&expand.Config{Env: variables{x}}, e)
	if err != nil {
		return 0, x.fault(e, err.Error(), "calculate in Lua, or correct the expression")
	}
	return n, nil
}

// numbersOnly refuses operands that are no whole numbers: expand takes them
// for 0, bash evaluates them or fails.
func (x *expander) numbersOnly(e syntax.ArithmExpr) error {
	var found error
	syntax.Walk(e, func(n syntax.Node) bool {
		w, ok := n.(*syntax.Word)
		if found != nil || !ok {
			return found == nil
		}
		s, err := x.inQuotes(w.Parts, false)
		if err != nil {
			found = err
			return false
		}
		shown := s
		for depth := 0; syntax.ValidName(s) && depth < 100; depth++ {
			if err := x.madeUp(w, s); err != nil {
				found = err
				return false
			}
			shown = s
			s, _ = x.get(s)
		}
		if s = strings.TrimSpace(s); s != "" && !wholeNumber(s) {
			if shown != s {
				shown += " holds " + strconv.Quote(s) + ", which"
			}
			found = x.fault(w, fmt.Sprintf("%s is not a whole number", shown), "calculate in Lua, where numbers and texts differ")
		}
		return false
	})
	return found
}

// wholeNumber reports whether bash and expand read s as the same number.
func wholeNumber(s string) bool {
	s = strings.TrimLeft(s[:1], "+-") + s[1:]
	base, digits, ok := strings.Cut(s, "#")
	if ok {
		b, err := strconv.Atoi(base)
		if err != nil || b < 2 || b > 36 || digits == "" || digits[0] == '-' || digits[0] == '+' {
			return false
		}
		_, err = strconv.ParseInt(digits, b, 64)
		return err == nil
	}
	if strings.ContainsAny(s, "_bBoO-+") && !strings.HasPrefix(s, "0x") && !strings.HasPrefix(s, "0X") || strings.ContainsAny(s, "_+-") {
		return false
	}
	_, err := strconv.ParseInt(s, 0, 64)
	return err == nil
}

// variables lets expand's arithmetic see the variables of the command.
type variables struct{ x *expander }

func (v variables) Get(name string) expand.Variable {
	s, ok := v.x.get(name)
	return expand.Variable{Set: ok, Kind: expand.String, Str: s}
}

func (v variables) Each(func(string, expand.Variable) bool) {}

func (v variables) Set(name string, value expand.Variable) error {
	v.x.set(name, value.String())
	return nil
}
