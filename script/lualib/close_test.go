package lualib

import (
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// TestClose runs the finalizers of what is left, the youngest first, whatever their errors.
func TestClose(t *testing.T) {
	L := lua.NewState()
	defer L.Close()
	library := Open(L, Host{})
	err := L.DoString(`
		log = ""
		local function proxy(name)
			local p = newproxy(true)
			getmetatable(p).__gc = function(o)
				log = log .. name
				kept = o
				newproxy(o)
				if name == "b" then error("no matter") end
			end
			return p
		end
		all = {proxy("a"), proxy("b"), proxy("c")}`)
	if err != nil {
		t.Fatal(err)
	}
	library.Close(L)
	if log := L.GetGlobal("log").String(); log != "cba" {
		t.Errorf("the finalizers ran in the order %q, want cba", log)
	}
}
