package lualib

import (
	"time"

	lua "github.com/yuin/gopher-lua"

	"weir/script/luaio"
)

// clock is os.time([table]).
func clock(L *lua.LState) int {
	if L.Get(1) == lua.LNil {
		return pushNumbers(L, float64(time.Now().Unix()))
	}
	t := luaio.CheckTable(L, 1, "time")
	sec, min, hour := field(L, t, "sec", 0), field(L, t, "min", 0), field(L, t, "hour", 12)
	day, month, year := field(L, t, "day", -1), field(L, t, "month", -1), field(L, t, "year", -1)
	at := time.Date(year, time.Month(month), day, hour, min, 0, 0, time.Local)
	if summer := L.GetField(t, "isdst"); summer != lua.LNil {
		at = asTold(at, lua.LVAsBool(summer))
	}
	// Seconds are added last, as in mktime(3): those beyond a minute are no clock's.
	return pushNumbers(L, float64(at.Unix()+int64(sec)))
}

// field reads a field that must be there where def is negative: getfield of loslib.c.
func field(L *lua.LState, t *lua.LTable, name string, def int) int {
	if f, ok := luaio.ToNumber(L.GetField(t, name)); ok {
		return int(int32(luaio.Truncate(f))) // an int of C's
	}
	if def < 0 {
		luaio.Raise(L, "field '%s' missing in date table", name)
	}
	return def
}

// asTold is a time of which it was told whether it is summer time, and is not so
// itself: mktime(3) has it an hour off, which tells the two hours apart that a clock
// shows twice.
func asTold(t time.Time, summer bool) time.Time {
	if t.IsDST() == summer || !hasSummer(t) {
		return t
	}
	if summer {
		return t.Add(-time.Hour)
	}
	return t.Add(time.Hour)
}

// hasSummer reports whether the zone has summer time at some time of that year.
func hasSummer(t time.Time) bool {
	for month := time.January; month <= time.December; month++ {
		if time.Date(t.Year(), month, 1, 0, 0, 0, 0, t.Location()).IsDST() {
			return true
		}
	}
	return false
}

// difftime is os.difftime(a [, b]).
func difftime(L *lua.LState) int {
	b := 0.0
	if L.Get(2) != lua.LNil {
		b = luaio.CheckNumber(L, 2, "difftime") // lua5.1's compiler looks at the last one first
	}
	a := luaio.CheckNumber(L, 1, "difftime")
	return pushNumbers(L, float64(luaio.Truncate(a))-float64(luaio.Truncate(b)))
}
