package script

import "testing"

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
