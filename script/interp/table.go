package interp

import (
	"math"
	"math/bits"

	lua "github.com/yuin/gopher-lua"
)

// A table keeps the values of the keys 1, 2, 3, ... in array and all others in maps, as
// gopher-lua's does. What # gives where some of the keys between are missing, Lua leaves
// open, yet programs see it, so it is lua5.1's here: the capacity of array stands for the
// size of ltable.c's array part, and is chosen as rehash does. A number beyond it is in
// the map dict, until there are enough of them.

// arrayIndex gives the place in a table's array that a number stands for, from 0.
func arrayIndex(n lua.LNumber) (int, bool) {
	i := int(n)
	return i - 1, lua.LNumber(i) == n && i > 0 && i < lua.MaxArrayIndex
}

// get is rawget. A miss is nil.
func (t *table) get(key lua.LValue) lua.LValue {
	switch k := key.(type) {
	case lua.LString:
		if v, ok := t.strdict[string(k)]; ok {
			return v
		}
		return lua.LNil
	case lua.LNumber:
		if i, ok := arrayIndex(k); ok && i < len(t.array) && (!isNil(t.array[i]) || t.dict == nil) {
			return t.array[i]
		}
	case *lua.LNilType:
		return lua.LNil
	}
	if v, ok := t.dict[key]; ok {
		return v
	}
	return lua.LNil
}

// set is rawset with a key that is neither nil nor NaN.
func (t *table) set(key, value lua.LValue) {
	switch k := key.(type) {
	case lua.LString:
		t.setString(string(k), value)
	case lua.LNumber:
		if i, ok := arrayIndex(k); ok {
			t.setIndex(i, value)
		} else {
			t.setDict(key, value)
		}
	default:
		t.setDict(key, value)
	}
}

// setIndex sets the value of a whole number, counted from 0.
func (t *table) setIndex(i int, value lua.LValue) {
	switch n := len(t.array); {
	case i < n:
		t.array[i] = value
		if t.dict != nil {
			delete(t.dict, lua.LNumber(i+1))
		}
	case isNil(value):
		if t.dict != nil {
			delete(t.dict, lua.LNumber(i+1))
		}
	case i < cap(t.array):
		t.extend(i + 1)
		t.array[i] = value
	default:
		t.setExtension(i, value)
	}
}

// extend makes the array n elements long, of which it has room.
func (t *table) extend(n int) {
	for len(t.array) < n {
		t.array = append(t.array, lua.LNil)
	}
}

// setExtension sets an element for which the array has no room: there is more of it, or the
// value goes to the map. ltable.c looks at that when its hash part is full.
func (t *table) setExtension(i int, value lua.LValue) {
	if len(t.keys) < cap(t.keys) {
		t.setDict(lua.LNumber(i+1), value)
		return
	}
	if _, ok := t.dict[lua.LNumber(i+1)]; !ok {
		t.rehash(i, true)
	}
	if i < cap(t.array) {
		t.extend(i + 1)
		t.array[i] = value
	} else {
		t.setDict(lua.LNumber(i+1), value)
	}
}

// rehash chooses the sizes of the array and of the hash part anew for one more key: a whole
// number, counted from 0, or another. The capacity of keys stands for the size of the
// hash part. Keys without a value lose their places: while a table is walked through, Lua
// has no new keys in it.
func (t *table) rehash(more int, number bool) {
	if size := t.arraySize(more, number); size != cap(t.array) {
		t.resize(size)
	}
	outside := len(t.strdict) + len(t.dict)
	if !number || more >= cap(t.array) {
		outside++
	}
	need(keySize * powerOfTwo(outside))
	kept := make([]lua.LValue, 0, powerOfTwo(outside))
	for _, k := range t.keys {
		if isNil(t.hashed(k)) {
			delete(t.k2i, k)
			continue
		}
		t.k2i[k] = len(kept)
		kept = append(kept, k)
	}
	t.keys = kept
}

// What an element of the array takes, and at most a key of the hash part: in keys, in k2i
// and in a map of values.
const (
	elementSize = 16
	keySize     = 120
)

// powerOfTwo gives the smallest power of two that is not below n; 0 for 0.
func powerOfTwo(n int) int {
	if n == 0 {
		return 0
	}
	return 1 << bits.Len(uint(n-1))
}

// arraySize is the size that the array is to have with one more key: the largest power of
// two of which more than half is in use, computesizes of ltable.c.
func (t *table) arraySize(more int, number bool) int {
	var in [64]int // in[k]: how many keys there are from 2^(k-1)+1 to 2^k
	total := 0
	if number {
		total++
		in[bits.Len(uint(more))]++
	}
	for i, v := range t.array {
		if !isNil(v) {
			in[bits.Len(uint(i))]++
			total++
		}
	}
	for k := range t.dict {
		if n, ok := k.(lua.LNumber); ok {
			if i, ok := arrayIndex(n); ok {
				in[bits.Len(uint(i))]++
				total++
			}
		}
	}
	size, below := 0, 0
	for k, power := 0, 1; power/2 < total; k, power = k+1, power*2 {
		below += in[k]
		if below > power/2 {
			size = power
		}
	}
	return size
}

// resize gives the array a capacity. What it has no room for moves to the map, and what
// it has room for from there.
func (t *table) resize(size int) {
	old := t.array
	need(elementSize * size)
	t.array = append(make([]lua.LValue, 0, size), old[:min(len(old), size)]...)
	for i := size; i < len(old); i++ {
		if !isNil(old[i]) {
			t.setDict(lua.LNumber(i+1), old[i])
		}
	}
	for k, v := range t.dict {
		if n, ok := k.(lua.LNumber); ok {
			if i, ok := arrayIndex(n); ok && i < size {
				t.extend(i + 1)
				t.array[i] = v
				delete(t.dict, k)
			}
		}
	}
}

// setDict sets the value of a key that is neither a string nor in the array.
func (t *table) setDict(key, value lua.LValue) {
	if isNil(value) {
		if t.dict != nil {
			delete(t.dict, key)
		}
		return
	}
	if _, ok := t.dict[key]; !ok {
		t.addKey(key)
	}
	if t.dict == nil {
		t.dict = map[lua.LValue]lua.LValue{}
	}
	t.dict[key] = value
}

func (t *table) setString(key string, value lua.LValue) {
	if isNil(value) {
		delete(t.strdict, key)
		return
	}
	if t.strdict == nil {
		t.strdict = map[string]lua.LValue{}
	}
	n := len(t.strdict)
	t.strdict[key] = value
	if len(t.strdict) > n {
		delete(t.strdict, key) // its place is looked for without it
		t.addKey(lua.LString(key))
		t.strdict[key] = value
	}
}

// addKey gives a key that is new, or was without a value, its place in the order of keys.
func (t *table) addKey(key lua.LValue) {
	if t.k2i == nil {
		t.k2i = map[lua.LValue]int{}
	}
	if _, ok := t.k2i[key]; ok {
		return
	}
	if len(t.keys) == cap(t.keys) {
		t.rehash(0, false)
	}
	t.k2i[key] = len(t.keys)
	t.keys = append(t.keys, key)
}

// length is a border of the table, luaH_getn's: in the array where its last element is
// nil, else beyond it.
func (t *table) length() int {
	size := cap(t.array)
	if size > 0 && (len(t.array) < size || isNil(t.array[size-1])) {
		return border(t.array, size)
	}
	if t.dict == nil {
		return size
	}
	low, high := size, size+1
	for !t.nilAt(high) {
		low, high = high, high*2
		if high > 1<<40 {
			break
		}
	}
	for high-low > 1 {
		if middle := (low + high) / 2; t.nilAt(middle) {
			high = middle
		} else {
			low = middle
		}
	}
	return low
}

// border finds an element of an array with a size that has a value, and none behind it.
func border(array []lua.LValue, size int) int {
	low, high := 0, size
	for high-low > 1 {
		if middle := (low + high) / 2; middle > len(array) || isNil(array[middle-1]) {
			high = middle
		} else {
			low = middle
		}
	}
	return low
}

// nilAt reports whether a whole number, from 1, has no value.
func (t *table) nilAt(n int) bool {
	if n <= len(t.array) && !isNil(t.array[n-1]) {
		return false
	}
	_, ok := t.dict[lua.LNumber(n)]
	return !ok
}

// RawGet is rawget(t, key).
func RawGet(t *lua.LTable, key lua.LValue) lua.LValue { return tableOf(t).get(key) }

// RawSet is rawset(t, key, value) with a key that is neither nil nor NaN.
func RawSet(t *lua.LTable, key, value lua.LValue) { tableOf(t).set(key, value) }

// GetInt is t[i].
func GetInt(t *lua.LTable, i int) lua.LValue {
	if m := tableOf(t); i > 0 && i <= len(m.array) && !isNil(m.array[i-1]) {
		return m.array[i-1]
	}
	return RawGet(t, lua.LNumber(i))
}

// SetInt is t[i] = value.
func SetInt(t *lua.LTable, i int, value lua.LValue) {
	if i > 0 && i < lua.MaxArrayIndex {
		tableOf(t).setIndex(i-1, value)
	} else {
		RawSet(t, lua.LNumber(i), value)
	}
}

// Len is #t.
func Len(t *lua.LTable) int { return tableOf(t).length() }

// Next is next(t, key): the key behind another one, and its value; nil for the first and
// behind the last. It is not ok for a key that the table never had.
func Next(t *lua.LTable, key lua.LValue) (k, v lua.LValue, ok bool) {
	m := tableOf(t)
	i, at := 0, 0
	// What the array had room for it may have lost in the course of the traversal.
	if n, array := key.(lua.LNumber); array && n == lua.LNumber(int(n)) && n > 0 && int(n) <= cap(m.array) {
		i = int(n)
	} else if !isNil(key) {
		if at, ok = m.k2i[key]; !ok {
			return nil, nil, false
		}
		i, at = len(m.array), at+1
	}
	for ; i < len(m.array); i++ {
		if v := m.array[i]; !isNil(v) {
			return lua.LNumber(i + 1), v, true
		}
	}
	for ; at < len(m.keys); at++ {
		if k, v := m.keys[at], m.hashed(m.keys[at]); !isNil(v) {
			return k, v, true
		}
	}
	return lua.LNil, lua.LNil, true
}

// hashed gives the value of a key outside the array.
func (t *table) hashed(key lua.LValue) lua.LValue {
	v, ok := lua.LValue(nil), false
	if s, isString := key.(lua.LString); isString {
		v, ok = t.strdict[string(s)]
	} else {
		v, ok = t.dict[key]
	}
	if !ok {
		return lua.LNil
	}
	return v
}

// Entries visits what a table holds in the order of a traversal, and the keys without a
// value too, at which one may stand.
func Entries(t *lua.LTable, visit func(key, value lua.LValue)) {
	m := tableOf(t)
	for i, v := range m.array {
		if !isNil(v) {
			visit(lua.LNumber(i+1), v)
		}
	}
	for _, k := range m.keys {
		if !m.inArray(k) { // it may have moved there
			visit(k, m.hashed(k))
		}
	}
}

// inArray reports whether the array has room for a key.
func (t *table) inArray(key lua.LValue) bool {
	n, ok := key.(lua.LNumber)
	if !ok {
		return false
	}
	i, ok := arrayIndex(n)
	return ok && i < cap(t.array)
}

// Reset empties a table.
func Reset(t *lua.LTable) {
	m := tableOf(t)
	*m = table{Metatable: m.Metatable, array: make([]lua.LValue, 0, cap(m.array))}
}

// Restore puts back an entry that Entries has given, in its place in the order of a
// traversal.
func Restore(t *lua.LTable, key, value lua.LValue) {
	m := tableOf(t)
	if m.inArray(key) {
		m.set(key, value)
		return
	}
	if m.k2i == nil {
		m.k2i = map[lua.LValue]int{}
	}
	if _, known := m.k2i[key]; !known {
		m.k2i[key] = len(m.keys)
		m.keys = append(m.keys, key)
	}
	if !isNil(value) {
		m.set(key, value)
	}
}

const maxChain = 100 // MAXTAGLOOP: tables that __index may lead through

// field reads a field of a value that may be a metatable.
func fieldOf(t lua.LValue, name string) lua.LValue {
	if t, ok := t.(*lua.LTable); ok {
		if v, ok := tableOf(t).strdict[name]; ok {
			return v
		}
	}
	return lua.LNil
}

// metamethod gives what a value's metatable has for an event.
func (g *globals) metamethod(v lua.LValue, event string) lua.LValue {
	switch v := v.(type) {
	case *lua.LTable:
		return fieldOf(v.Metatable, event)
	case *lua.LUserData:
		return fieldOf(v.Metatable, event)
	}
	return fieldOf(g.builtinMts[int(v.Type())], event)
}

// index is v[key], with metamethods.
func (o operations) index(v, key lua.LValue) lua.LValue {
	for range maxChain {
		var f lua.LValue
		if t, ok := v.(*lua.LTable); ok {
			m := tableOf(t)
			if found := m.get(key); !isNil(found) {
				return found
			}
			if f = fieldOf(m.Metatable, "__index"); isNil(f) {
				return lua.LNil
			}
		} else if f = o.s.globals().metamethod(v, "__index"); isNil(f) {
			o.s.typeError("index", v)
		}
		if f, ok := f.(*lua.LFunction); ok {
			return o.s.callMeta(f, v, key)
		}
		v = f
	}
	o.s.throw("loop in gettable")
	return nil
}

// setIndexed is v[key] = value, with metamethods.
func (o operations) setIndexed(v, key, value lua.LValue) {
	for range maxChain {
		var f lua.LValue
		if t, ok := v.(*lua.LTable); ok {
			m := tableOf(t)
			if isNil(m.get(key)) {
				o.checkKey(key)
				f = fieldOf(m.Metatable, "__newindex")
			}
			if f == nil || isNil(f) {
				m.set(key, value)
				return
			}
		} else if f = o.s.globals().metamethod(v, "__newindex"); isNil(f) {
			o.s.typeError("index", v)
		}
		if f, ok := f.(*lua.LFunction); ok {
			o.s.callMetaSet(f, v, key, value)
			return
		}
		v = f
	}
	o.s.throw("loop in settable")
}

// checkKey raises an error for what cannot be a key.
func (o operations) checkKey(key lua.LValue) {
	switch k := key.(type) {
	case *lua.LNilType:
		o.s.throw("table index is nil")
	case lua.LNumber:
		if math.IsNaN(float64(k)) {
			o.s.throw("table index is NaN")
		}
	}
}
