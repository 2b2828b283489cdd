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
		{`t = {} t.zs.x()`, "attempt to index 'zs' (a nil value) with key 'x'"},
		{`t = {zz = {}} t.zs.x()`, "attempt to index 'zs' (a nil value) with key 'x'; did you mean t.zz?"},
		{`local t = {zz = {}} t.zs.x()`, "attempt to index 'zs' (a nil value) with key 'x'; did you mean t.zz?"},
		{`local t = {zz = {yes = 1}} t.zz.yse.x()`, "attempt to index 'yse' (a nil value) with key 'x'; did you mean t.zz.yes?"},
		{`local function f() return {} end f().zs.x()`, "attempt to index 'zs' (a nil value) with key 'x'"},
		{`strin.format("x")`, "attempt to index 'strin' (a nil value) with key 'format'; did you mean string?"},
		{`local alpha = {} alhpa.x()`, "attempt to index 'alhpa' (a nil value) with key 'x'; did you mean alpha?"},
		{`local strin strin.format("x")`, "attempt to index 'strin' (a nil value) with key 'format'"},
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
		{`return lss -l`, "attempt to perform arithmetic on 'lss' (a nil value)", 8},
		{`local t = {} return 1 + t.x`, "attempt to perform arithmetic on 't.x' (a nil value)", 25},
		{`local x = {} x.n = x.n + 1`, "attempt to perform arithmetic on 'x.n' (a nil value)", 20},
		{`local n return 3 * (n-1)`, "attempt to perform arithmetic on 'n' (a nil value)", 21},
		{`print("n + 1" .. n)`, "attempt to concatenate 'n' (a nil value)", 18},
		{`print(n < 3)`, "attempt to compare 'n' (a nil value) with number", 7},
		{`print(3 < n)`, "attempt to compare number with 'n' (a nil value)", 11},
		{`return -n`, "attempt to perform arithmetic on 'n' (a nil value)", 9},
		{`return #n`, "attempt to get length of 'n' (a nil value); # is for strings and tables", 9},
		{`return -{}`, "attempt to perform arithmetic on a value that is no number", 0},
		{`for _, l in ipairs{"a"} do local x = l .. m end`, "attempt to concatenate 'm' (a nil value)", 43},
		{`for _, l in ipairs{"a"} do local x = l + nil end`, "attempt to perform arithmetic on a string value; the string is no number", 0},
		{`for _, l in ipairs{"1"} do local x = l + nil end`, "attempt to perform arithmetic on a nil value", 0},
		{`for _, l in ipairs{1} do local x = l + nil end`, "attempt to perform arithmetic on a nil value", 0},
		{`return 1 + nil`, "attempt to perform arithmetic on a nil value", 0},
		{`return (1 + n) * m`, "attempt to perform arithmetic on a nil value", 0}, // not to be told
		{`return 1 + f(2) .. n`, "there is no function f", 12},
	} {
		err := newVM(t).Run("x.lua", row.code)
		var e *syntax.Error
		if !errors.As(err, &e) || flat(err) != row.want || e.Column != row.column {
			t.Errorf("%s\n got %v\nwant %s, column %d", row.code, err, row.want, row.column)
		}
	}
}
