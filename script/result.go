package script

import (
	lua "github.com/yuin/gopher-lua"

	"weir/runtime"
)

// pushResult makes the table that run returns.
func (r *started) pushResult(L *lua.LState, out *runtime.Result) *lua.LTable {
	t := L.CreateTable(0, 4)
	t.RawSetString("ok", lua.LBool(out.OK))
	t.RawSetString("why", lua.LString(out.Why))
	t.RawSetString("elapsed", lua.LNumber(out.Elapsed.Seconds()))
	stages := L.CreateTable(len(out.Stages), 0)
	for i := range out.Stages {
		stages.RawSetInt(i+1, r.stageTable(L, &out.Stages[i]))
	}
	t.RawSetString("stages", stages)
	t.RawSetString("meters", r.lo.metersTable(L))
	return t
}

// isResult tells whether a table is what run returns.
func isResult(t *lua.LTable) bool {
	return t.RawGetString("stages").Type() == lua.LTTable && t.RawGetString("elapsed").Type() == lua.LTNumber
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
	t.RawSetString("user", lua.LNumber(s.User.Seconds()))
	t.RawSetString("sys", lua.LNumber(s.Sys.Seconds()))
	t.RawSetString("maxrss", lua.LNumber(s.MaxRSS))
	if s.Restarts > 0 {
		t.RawSetString("restarts", lua.LNumber(s.Restarts))
	}
	if v := r.lo.values[s.Name]; v != nil {
		if v.value != nil {
			t.RawSetString("value", v.value)
		}
		if v.fault != nil {
			t.RawSetString("error", lua.LString(v.fault.Error()))
		}
	}
	if s.Why == runtime.WhyTimeout && t.RawGetString("error") == lua.LNil {
		t.RawSetString("error", lua.LString("timeout"))
	}
	return t
}
