package script

import (
	"errors"
	"testing"

	"weir/script/syntax"
)

// TestNear: what is said of a name that nothing has.
func TestNear(t *testing.T) {
	for _, row := range []struct{ code, want string }{
		{`string.fromat("x")`, "there is no function string.fromat; did you mean string.format?"},
		{`local s = string s.fromat("x")`, "there is no function s.fromat; did you mean s.format?"},
		{`("x"):uper()`, "there is no method uper; did you mean :upper?"},
		{`(" a:b "):uper()`, "there is no method uper; did you mean :upper?"},
		{`s = "x" s:uper()`, "there is no method uper; did you mean :upper?"},
		{`local s = "x" print(s:uper())`, "there is no method uper; did you mean :upper?"},
		{`local t = {s = "x"} print(t.s:uper())`, "there is no method uper; did you mean :upper?"},
		{`local s = setmetatable({}, {__index = {forward = 1}}) s:foward()`, "there is no method foward; did you mean :forward?"},
		{`local s = {forward = 1} s:foward()`, "there is no method foward; did you mean :forward?"},
		{`local upper = "x" tostring(upper):uper()`, "there is no method uper"},
		{`t = {} t.zs.x()`, "attempt to index field 'zs' (a nil value)"},
		{`t = {zz = {}} t.zs.x()`, "attempt to index field 'zs' (a nil value); did you mean t.zz?"},
		{`local t = {zz = {}} t.zs.x()`, "attempt to index field 'zs' (a nil value); did you mean t.zz?"},
		{`local t = {zz = {yes = 1}} t.zz.yse.x()`, "attempt to index field 'yse' (a nil value); did you mean t.zz.yes?"},
		{`local function f() return {} end f().zs.x()`, "attempt to index field 'zs' (a nil value)"},
		{`strin.format("x")`, "attempt to index global 'strin' (a nil value); did you mean string?"},
		{`local alpha = {} alhpa.x()`, "attempt to index global 'alhpa' (a nil value); did you mean alpha?"},
		{`run(sh"seq 3" > "x.txt")`, `attempt to compare string with userdata; ` + syntax.NoRedirection},
		{`local strin strin.format("x")`, "attempt to index local 'strin' (a nil value)"},
	} {
		if err := newVM(t).Run("x.lua", row.code); err == nil || flat(err) != row.want {
			t.Errorf("%s\n got %v\nwant %s", row.code, err, row.want)
		}
	}
}

// TestOperand: which operand was nil, and where it stands.
func TestOperand(t *testing.T) {
	for _, row := range []struct {
		code, want string
		column     int
	}{
		{`return lss -l`, "attempt to perform arithmetic on global 'lss' (a nil value)", 8},
		{`local t = {} return 1 + t.x`, "attempt to perform arithmetic on field 'x' (a nil value)", 27},
		{`local x = {} x.n = x.n + 1`, "attempt to perform arithmetic on field 'n' (a nil value)", 22},
		{`local n return 3 * (n-1)`, "attempt to perform arithmetic on local 'n' (a nil value)", 21},
		{`print("n + 1" .. n)`, "attempt to concatenate global 'n' (a nil value)", 18},
		{`print(n < 3)`, "attempt to compare nil with number", 0},
		{`print(3 < n)`, "attempt to compare number with nil", 0},
		{`return -n`, "attempt to perform arithmetic on global 'n' (a nil value)", 9},
		{`return #n`, "attempt to get length of global 'n' (a nil value); # is for strings and tables", 9},
		{`return -{}`, "attempt to perform arithmetic on a table value", 0},
		{`for _, l in ipairs{"a"} do local x = l .. m end`, "attempt to concatenate global 'm' (a nil value)", 43},
		{`for _, l in ipairs{"a"} do local x = l + nil end`, "attempt to perform arithmetic on local 'l' (a string value); the string is no number; stages beside + are written sh\"...\" or proc(fn)", 38},
		{`for _, l in ipairs{"1"} do local x = l + nil end`, "attempt to perform arithmetic on a nil value", 0},
		{`for _, l in ipairs{1} do local x = l + nil end`, "attempt to perform arithmetic on a nil value", 0},
		{`return 1 + nil`, "attempt to perform arithmetic on a nil value", 0},
		{`return (1 + n) * m`, "attempt to perform arithmetic on global 'n' (a nil value)", 13},
		{`return 1 + f(2) .. n`, "there is no function f", 12},
	} {
		err := newVM(t).Run("x.lua", row.code)
		var e *syntax.Error
		if !errors.As(err, &e) || flat(err) != row.want || e.Column != row.column {
			t.Errorf("%s\n got %v\nwant %s, column %d", row.code, err, row.want, row.column)
		}
	}
}
