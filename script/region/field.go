package region

import (
	"bytes"
	"runtime/debug"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc/layout"
	"weir/script/library"
	"weir/script/problem"
	"weir/script/syntax"
)

// spot is a field as the script reaches it.
type spot struct {
	in     *View  // what it is a part of; nil for all of a region
	name   string // of a member
	index  int    // of an element, where it has no name
	t      *layout.Type
	offset int // in bytes, from the start of the region
}

// String writes the spot as the script does after "m.".
func (s spot) String() string {
	switch {
	case s.in == nil:
		return ""
	case s.name == "":
		return s.in.at.String() + "[" + strconv.Itoa(s.index) + "]"
	case s.in.at.in == nil:
		return s.name
	}
	return s.in.at.String() + "." + s.name
}

// word is what a line of the script has of the spot.
func (s spot) word() string {
	for s.name == "" && s.in != nil {
		s = s.in.at
	}
	return s.name
}

// View is a part of a region that has parts itself: an array or a struct. They
// are found without a name being made up for each.
type View struct {
	of       *Region
	at       spot
	members  map[string]lua.LValue // the views and semaphores in a struct
	elements map[int]lua.LValue    // those in an array
}

// maxViews bounds what an array of structs is remembered with.
const maxViews = 4096

// Table makes the metatable of a region, with its methods. What has parts, and a method, is
// found in a table, without a call; a number is loaded by one. No field has a
// method's name.
func (r *Region) Table(L *lua.LState, methods []library.Entry) *lua.LTable {
	known := library.Index(L, noun, methods)
	known.Metatable = library.NewMetatable(L, noun, nil,
		map[string]lua.LGFunction{"__index": func(L *lua.LState) int {
			defer Touched(L, r, debug.SetPanicOnFault(true))
			key, _ := L.Get(2).(lua.LString)
			s, ok := r.root.member(key)
			if !ok {
				noField(L, r, L.Get(2))
			}
			v := loadSpot(L, s)
			if s.t.Class >= layout.Semaphore && !isText(s.t) { // a part, which stays the same
				known.RawSetString(s.name, v)
			}
			L.Push(v)
			return 1
		}})
	t := library.NewMetatable(L, noun, nil, map[string]lua.LGFunction{"__tostring": text,
		"__len": length, "__newindex": func(L *lua.LState) int {
			defer Touched(L, r, debug.SetPanicOnFault(true))
			key, _ := L.Get(2).(lua.LString)
			s, ok := r.root.member(key)
			if !ok {
				noField(L, r, L.Get(2))
			}
			storeSpot(L, s, L.Get(3))
			return 0
		}})
	t.RawSetString("__index", known)
	return t
}

func noField(L *lua.LState, r *Region, key lua.LValue) {
	p := problem.Here(L, "%s has no field %s", r, key.String()).Pointing(key.String())
	if r.root == nil {
		p.Hinted("it has no layout: read(offset, n) and write(offset, s) are for bytes").Raise(L)
	}
	names := fieldNames(r.root.at.t)
	if similar, ok := syntax.Nearest(key.String(), names); ok {
		p.Hinted("did you mean %s?", problem.Quote(similar)).Raise(L)
	}
	p.Hinted("it has: %s", strings.Join(names, ", ")).Raise(L)
}

func fieldNames(t *layout.Type) []string {
	list := make([]string, len(t.Fields))
	for i, f := range t.Fields {
		list[i] = f.Name
	}
	return list
}

// FieldNames lists the fields of a view that is a struct.
func (v *View) FieldNames() []string { return fieldNames(v.at.t) }

// Field gives the value of a field or of an element.
func (v *View) Field(L *lua.LState, key lua.LValue) lua.LValue {
	defer Touched(L, v.of, debug.SetPanicOnFault(true))
	return loadSpot(L, part(L, v, key))
}

// member finds a field of a struct.
func (v *View) member(name lua.LString) (spot, bool) {
	if v == nil {
		return spot{}, false
	}
	f, ok := v.at.t.Field(string(name))
	return spot{v, f.Name, 0, f.Type, v.at.offset + f.Offset}, ok
}

// element gives an element of an array.
func (v *View) element(i int) spot {
	return spot{v, "", i, v.at.t.Elem, v.at.offset + i*v.at.t.Elem.Size}
}

// part finds what key means inside a view.
func part(L *lua.LState, v *View, key lua.LValue) spot {
	t := v.at.t
	if t.Class == layout.Composite {
		name, _ := key.(lua.LString)
		s, ok := v.member(name)
		if !ok {
			p := problem.Here(L, "%s has no field %s", v.at, key.String()).Pointing(key.String())
			if similar, ok := syntax.Nearest(key.String(), fieldNames(t)); ok {
				p.Hinted("did you mean %s?", problem.Quote(similar))
			} else {
				p.Hinted("it has: %s", strings.Join(fieldNames(t), ", "))
			}
			problem.Raise(L, p)
		}
		return s
	}
	n, ok := key.(lua.LNumber)
	i := int(n)
	if !ok || lua.LNumber(i) != n {
		problem.Raisef(L, v.at.word(), "%s: the index must be a whole number, but is %s", v.at, shown(key))
	}
	if i < 0 || i >= t.Count {
		problem.Raisef(L, v.at.word(), "%s[%d] is out of range: %s has %d elements, from 0 to %d as in C",
			v.at, i, v.at, t.Count, t.Count-1)
	}
	return v.element(i)
}

// bytesOf gives a field's bytes.
func bytesOf(L *lua.LState, s spot) []byte {
	r := s.in.of
	if r.Closed {
		problem.Raisef(L, s.word(), "%s: %s is closed", s, r)
	}
	return r.Memory.Bytes()[s.offset : s.offset+s.t.Size]
}

// loadSpot gives a field's value; a part that has parts is a view.
func loadSpot(L *lua.LState, s spot) lua.LValue {
	switch {
	case s.t.Class < layout.Semaphore:
		return fromBits(L, s, layout.Load(bytesOf(L, s), s.t.Size))
	case isText(s.t):
		b := bytesOf(L, s)
		if n := bytes.IndexByte(b, 0); n >= 0 {
			b = b[:n]
		}
		return lua.LString(b)
	}
	return viewOf(L, s)
}

// isText reports whether a field is an array of char, which is read and written as
// a string.
func isText(t *layout.Type) bool { return t.Class == layout.Array && t.Elem.Class == layout.Char }

// viewOf gives the one value that stands for a part.
func viewOf(L *lua.LState, s spot) lua.LValue {
	v := s.in
	if s.name != "" {
		if known := v.members[s.name]; known != nil {
			return known
		}
	} else if known := v.elements[s.index]; known != nil {
		return known
	}
	var ud *lua.LUserData
	if s.t.Class == layout.Semaphore {
		ud = v.of.Semaphore(L, s.word(), s.offset)
	} else {
		ud = L.NewUserData()
		ud.Value, ud.Metatable = &View{of: v.of, at: s}, viewTable(L)
	}
	if s.name != "" {
		if v.members == nil {
			v.members = map[string]lua.LValue{}
		}
		v.members[s.name] = ud
		return ud
	}
	if v.elements == nil || len(v.elements) >= maxViews {
		v.elements = map[int]lua.LValue{}
	}
	v.elements[s.index] = ud
	return ud
}

func viewTable(L *lua.LState) *lua.LTable {
	return library.Metatable(L, "a part of a region", func() ([]library.Entry, map[string]lua.LGFunction) {
		return nil, map[string]lua.LGFunction{
			"__index": viewIndex, "__newindex": viewNewIndex, "__len": viewLength, "__tostring": viewText}
	})
}

// viewHere gives the part that a metamethod was called for: a script can take one
// out of its table, and call it for anything.
func viewHere(L *lua.LState) *View {
	if ud, ok := L.Get(1).(*lua.LUserData); ok {
		if v, ok := ud.Value.(*View); ok {
			return v
		}
	}
	problem.Raisef(L, "", "a metamethod of a region's parts was called for %s", problem.Describe(L.Get(1)))
	return nil
}

func viewIndex(L *lua.LState) int {
	L.Push(viewHere(L).Field(L, L.Get(2)))
	return 1
}

func viewNewIndex(L *lua.LState) int {
	v := viewHere(L)
	defer Touched(L, v.of, debug.SetPanicOnFault(true))
	storeSpot(L, part(L, v, L.Get(2)), L.Get(3))
	return 0
}

func viewLength(L *lua.LState) int {
	v := viewHere(L)
	if v.at.t.Class != layout.Array {
		problem.Raisef(L, v.at.word(), "%s is %s, and has no length", v.at, article(v.at.t))
	}
	L.Push(lua.LNumber(v.at.t.Count))
	return 1
}

func viewText(L *lua.LState) int {
	v := viewHere(L)
	L.Push(lua.LString(v.at.t.String() + " " + v.at.String()))
	return 1
}

// storeSpot stores a value in a field.
func storeSpot(L *lua.LState, s spot, value lua.LValue) {
	if s.in.of.Kept != nil {
		s.in.of.mayStore(L, s.word())
	}
	switch {
	case s.t.Class < layout.Semaphore:
		layout.Store(bytesOf(L, s), s.t.Size, toBits(L, s, value))
	case isText(s.t):
		text, ok := value.(lua.LString)
		if !ok {
			problem.Raisef(L, s.word(), "%s takes a string of up to %d bytes, but this is %s", s, s.t.Size, shown(value))
		}
		if len(text) > s.t.Size {
			problem.Raisef(L, s.word(), "%s takes a string of up to %d bytes, but this has %d", s, s.t.Size, len(text))
		}
		b := bytesOf(L, s)
		clear(b[copy(b, text):])
	case s.t.Class == layout.Semaphore:
		problem.Here(L, "%s is a semaphore, which is not stored to", s).Hinted("write m.%s:init(n)", s).
			Pointing(s.word()).Raise(L)
	default:
		problem.Here(L, "%s is %s, which is stored part by part", s, article(s.t)).Pointing(s.word()).Raise(L)
	}
}

func article(t *layout.Type) string {
	switch t.Class {
	case layout.Array:
		return "an array"
	case layout.Semaphore:
		return "a semaphore"
	}
	return "a " + t.Name
}
