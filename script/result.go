package script

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime"
	"weir/script/library"
	"weir/script/luaio"
	"weir/script/show"
)

// resultTable makes the table that run returns, which is the last of an input's.
func (r *started) resultTable(out *runtime.Result) *lua.LTable {
	L := r.vm.L
	t := L.CreateTable(0, 5)
	t.RawSetString("ok", lua.LBool(out.OK))
	t.RawSetString("why", lua.LString(out.Why))
	t.RawSetString("elapsed", lua.LNumber(out.Elapsed.Seconds()))
	stages := L.CreateTable(len(out.Stages), 0)
	for i := range out.Stages {
		stages.RawSetInt(i+1, r.stageTable(L, &out.Stages[i]))
	}
	t.RawSetString("stages", stages)
	t.RawSetString("meters", r.lo.relays.metersTable(L, r.run))
	if out.Unwritten != nil {
		t.RawSetString("unwritten", lua.LString(out.Unwritten.Error()))
	}
	t.Metatable = resultMeta(L)
	r.vm.ran = t
	return t
}

// resultName is the name by which the metatable of results travels.
const resultName = "(result)"

// resultMeta has tostring and print show a result as the prompt does.
func resultMeta(L *lua.LState) *lua.LTable {
	t := library.Metatable(L, "a result", func() ([]library.Entry, map[string]lua.LGFunction) {
		return nil, map[string]lua.LGFunction{"__tostring": resultText}
	})
	vmOf(L).names.Hide(resultName, t)
	return t
}

func resultText(L *lua.LState) int {
	r := luaio.CheckTable(L, 1, "tostring")
	if !show.IsResult(r) {
		L.Push(lua.LString(fmt.Sprintf("table: %p", r)))
		return 1
	}
	L.Push(lua.LString(show.Result(L, r, show.WidthOf(vmOf(L).opts.Stdout))))
	return 1
}

func (r *started) stageTable(L *lua.LState, s *runtime.StageResult) *lua.LTable {
	t := L.CreateTable(0, 8)
	t.RawSetString("name", lua.LString(s.Name))
	t.RawSetString("pid", lua.LNumber(s.PID))
	if s.Signal != "" {
		t.RawSetString("signal", lua.LString(s.Signal))
	} else {
		t.RawSetString("code", lua.LNumber(s.Code))
	}
	if s.User >= 0 {
		t.RawSetString("user", lua.LNumber(s.User.Seconds()))
		t.RawSetString("sys", lua.LNumber(s.Sys.Seconds()))
	}
	if s.MaxRSS > 0 {
		t.RawSetString("maxrss", lua.LNumber(s.MaxRSS))
	} else if s.MostRSS > 0 {
		t.RawSetString("maxrss_below", lua.LNumber(s.MostRSS))
	}
	if s.Restarts > 0 {
		t.RawSetString("restarts", lua.LNumber(s.Restarts))
	}
	if v := r.lo.outcomes.of[s.Name]; v != nil {
		if v.value != nil {
			t.RawSetString("value", v.value)
		}
		if v.fault != nil && s.Signal == "" {
			t.RawSetString("error", lua.LString(v.fault.Error()))
		}
	}
	if s.Why == runtime.WhyTimeout && t.RawGetString("error") == lua.LNil {
		t.RawSetString("error", lua.LString("timeout"))
	}
	return t
}
