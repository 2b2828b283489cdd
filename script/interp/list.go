package interp

import lua "github.com/yuin/gopher-lua"

// Insert puts a value at a place of a list of n elements, from 1 to n+1.
func Insert(t *lua.LTable, at, n int, value lua.LValue) {
	m := tableOf(t)
	m.setIndex(n, lua.LTrue) // room for one more
	if n < len(m.array) {
		copy(m.array[at:n+1], m.array[at-1:n])
		m.array[at-1] = value
		return
	}
	for i := n + 1; i > at; i-- {
		SetInt(t, i, GetInt(t, i-1))
	}
	SetInt(t, at, value)
}

// Remove takes the element at a place out of a list of n elements.
func Remove(t *lua.LTable, at, n int) lua.LValue {
	m := tableOf(t)
	value := GetInt(t, at)
	if n <= len(m.array) {
		copy(m.array[at-1:n-1], m.array[at:n])
		m.array[n-1] = lua.LNil
		return value
	}
	for ; at < n; at++ {
		SetInt(t, at, GetInt(t, at+1))
	}
	SetInt(t, n, lua.LNil)
	return value
}

// List gives the elements of a list of n, where all of them stand in the table's array; nil
// where not. It is the array itself, while nothing is added to the table.
func List(t *lua.LTable, n int) []lua.LValue {
	m := tableOf(t)
	if n > len(m.array) {
		return nil
	}
	return m.array[:n]
}

// Fill gives an empty table the elements of a list, of which some may be nil, as a
// constructor does.
func Fill(t *lua.LTable, values []lua.LValue) { tableOf(t).setItems(0, values) }
