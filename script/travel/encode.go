package travel

import (
	"encoding/binary"
	"math"

	lua "github.com/yuin/gopher-lua"

	"weir/script/interp"
)

// The encoding, all numbers in the varints of encoding/binary:
//
//	version
//	n, n × (name, text, what errors show instead)  chunks
//	n, n × kind               objects; then the body of each, in that order:
//	  table:    n, n × value  elements 1 to n; m, m × (key, value); metatable
//	  function: chunk, depth, depth × index, n, n × object of a cell; environment
//	  cell:     value         an upvalue, which functions may share
//	  userdata: tag, value    its parts
//	n, n × value              what was sent
//	n, n × (table, name, value) globals to set; in a table of the library, or
//	                          where table is "" by themselves
//
// A value is a kind and what belongs to it; a string is its length and bytes.
const version = 1

const (
	kindNil byte = iota
	kindFalse
	kindTrue
	kindInteger // a varint
	kindNumber  // eight bytes of IEEE 754, little-endian
	kindString
	kindObject  // its number
	kindLibrary // the name of what the receiver has

	objectTable
	objectFunction
	objectCell
	objectUserdata
)

// object is a thing with an identity that is to be sent.
type object struct {
	value any // *lua.LTable, *lua.LFunction, *lua.Upvalue or *lua.LUserData
	kind  byte
	edge  edge
}

// chunkStrings is how many strings there are for a chunk.
const chunkStrings = 3

// sending is the state of one Encode.
type sending struct {
	*Sender
	objects []object
	numbers map[any]int
	chunks  []string // the name of one, its text, what errors show instead; then of the next
	chunk   map[any]int
	globals []byte
	nGlobal int
	named   map[string]bool // globals that are sent or need not be
	buf     []byte
	err     error
}

// Encode writes the values and all that they reach. Its error is an *Error.
func (s *Sender) Encode(values []lua.LValue) ([]byte, error) {
	e := &sending{Sender: s, numbers: map[any]int{}, chunk: map[any]int{}, named: map[string]bool{}}
	for i, v := range values {
		e.value(v, edge{from: -1, kind: asRoot, index: i})
	}
	roots := e.buf
	e.buf = nil
	// Objects join the queue while others are written.
	for i := 0; i < len(e.objects) && e.err == nil; i++ {
		e.body(i)
	}
	if e.err != nil {
		return nil, e.err
	}
	out := binary.AppendUvarint(make([]byte, 0, len(e.buf)+len(roots)+len(e.globals)+64), version)
	out = binary.AppendUvarint(out, uint64(len(e.chunks)/chunkStrings))
	for _, text := range e.chunks {
		out = appendString(out, text)
	}
	out = binary.AppendUvarint(out, uint64(len(e.objects)))
	for i := range e.objects {
		out = append(out, e.objects[i].kind)
	}
	out = append(out, e.buf...)
	out = binary.AppendUvarint(out, uint64(len(values)))
	out = append(out, roots...)
	out = binary.AppendUvarint(out, uint64(e.nGlobal))
	return append(out, e.globals...), nil
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func (s *sending) uint(n int)       { s.buf = binary.AppendUvarint(s.buf, uint64(n)) }
func (s *sending) string(x string)  { s.buf = appendString(s.buf, x) }
func (s *sending) kind(k byte)      { s.buf = append(s.buf, k) }
func (s *sending) library(n string) { s.kind(kindLibrary); s.string(n) }

func (s *sending) refuse(e edge, what, hint string) {
	if s.err == nil {
		way, word := s.way(e)
		s.err = &Error{Name: word, Way: way, What: what, Hint: hint}
	}
}

func (s *sending) value(v lua.LValue, e edge) {
	switch v := v.(type) {
	case *lua.LNilType:
		s.kind(kindNil)
	case lua.LBool:
		if v {
			s.kind(kindTrue)
		} else {
			s.kind(kindFalse)
		}
	case lua.LNumber:
		s.number(float64(v))
	case lua.LString:
		s.kind(kindString)
		s.string(string(v))
	case *lua.LTable:
		if name, ok := s.Library.Name(v); ok {
			s.libraryTable(name, v, e)
			return
		}
		s.object(v, objectTable, e)
	case *lua.LFunction:
		s.function(v, e)
	case *lua.LUserData:
		if name, ok := s.Library.Name(v); ok {
			s.library(name)
			return
		}
		s.object(v, objectUserdata, e)
	case *lua.LState:
		s.refuse(e, "a coroutine", "make it inside the function")
	default:
		s.refuse(e, "a "+v.Type().String(), "")
	}
}

func (s *sending) number(f float64) {
	if i := int64(f); float64(i) == f && i > -1<<53 && i < 1<<53 && (i != 0 || !math.Signbit(f)) {
		s.kind(kindInteger)
		s.buf = binary.AppendVarint(s.buf, i)
		return
	}
	s.kind(kindNumber)
	s.buf = binary.LittleEndian.AppendUint64(s.buf, math.Float64bits(f))
}

// object refers to a thing, which is queued when it is first met.
func (s *sending) object(v any, kind byte, e edge) {
	s.kind(kindObject)
	s.uint(s.enqueue(v, kind, e))
}

func (s *sending) enqueue(v any, kind byte, e edge) int {
	n, known := s.numbers[v]
	if !known {
		n = len(s.objects)
		s.numbers[v] = n
		s.objects = append(s.objects, object{v, kind, e})
	}
	return n
}

func (s *sending) function(fn *lua.LFunction, e edge) {
	if name, ok := s.Library.Name(fn); ok {
		s.library(name)
		return
	}
	if fn.IsG {
		s.refuse(e, "an iterator or another function that is not written in Lua", "call what makes it inside the function")
		return
	}
	s.object(fn, objectFunction, e)
}

// libraryTable sends a table of the library by name, and what the script has put
// into it as globals.
func (s *sending) libraryTable(name string, t *lua.LTable, e edge) {
	s.library(name)
	if s.Globals == nil || s.named["."+name] {
		return
	}
	s.named["."+name] = true
	for _, field := range s.Library.changes(name, t) {
		s.global(name, field, t.RawGetString(field), edge{e.from, asGlobal, name + "." + field, 0})
	}
}

func (s *sending) body(n int) {
	o := &s.objects[n]
	switch v := o.value.(type) {
	case *lua.LTable:
		s.table(n, v)
	case *lua.LFunction:
		s.closure(n, v)
	case *lua.Upvalue:
		s.value(v.Value(), edge{from: n, kind: asCell})
	case *lua.LUserData:
		tag, parts, what := s.Dismantle(v)
		if tag == "" {
			hint := ""
			switch what {
			case "an open file":
				hint = "open it inside the function, or give it to the stage: file(path) | stage"
			case "a part of a region":
				hint = "take the region itself along, and the part inside the function"
			}
			s.refuse(o.edge, what, hint)
			return
		}
		s.string(tag)
		s.value(parts, edge{from: n, kind: asPart})
	}
}

func (s *sending) table(n int, t *lua.LTable) {
	length := interp.Len(t)
	s.uint(length)
	for i := 1; i <= length && s.err == nil; i++ {
		s.value(interp.GetInt(t, i), edge{from: n, kind: asElement, index: i})
	}
	count := 0
	held := s.buf
	s.buf = nil
	t.ForEach(func(k, v lua.LValue) {
		if i, ok := k.(lua.LNumber); ok && i >= 1 && i <= lua.LNumber(length) && i == lua.LNumber(int(i)) || s.err != nil {
			return
		}
		count++
		s.value(k, edge{from: n, kind: asKey})
		s.value(v, fieldEdge(n, k))
	})
	pairs := s.buf
	s.buf = held
	s.uint(count)
	s.buf = append(s.buf, pairs...)
	if t.Metatable == nil {
		s.kind(kindNil)
		return
	}
	s.value(t.Metatable, edge{from: n, kind: asMetatable})
}

func fieldEdge(n int, k lua.LValue) edge {
	switch k := k.(type) {
	case lua.LString:
		return edge{from: n, kind: asField, name: string(k)}
	case lua.LNumber:
		return edge{from: n, kind: asElement, index: int(k)}
	}
	return edge{from: n, kind: asKey}
}

func (s *sending) closure(n int, fn *lua.LFunction) {
	chunk, path, ok := s.Chunk(fn.Proto)
	if !ok {
		s.refuse(s.objects[n].edge, "a function whose source is not known", "")
		return
	}
	number, known := s.chunk[chunk]
	if !known {
		number = len(s.chunks) / chunkStrings
		s.chunk[chunk] = number
		s.chunks = append(s.chunks, chunk.Name, chunk.Text, chunk.Shown)
	}
	s.uint(number)
	s.uint(len(path))
	for _, index := range path {
		s.uint(index)
	}
	s.uint(len(fn.Upvalues))
	for i, up := range fn.Upvalues {
		name := "?"
		if i < len(fn.Proto.DbgUpvalues) {
			name = fn.Proto.DbgUpvalues[i]
		}
		s.uint(s.enqueue(up, objectCell, edge{from: n, kind: asUpvalue, name: name}))
	}
	if fn.Env != nil && fn.Env != s.Library.globals {
		s.value(fn.Env, edge{from: n, kind: asEnvironment})
		return
	}
	s.kind(kindNil)
	if s.Globals != nil {
		s.globalsOf(n, fn.Proto)
	}
}

// globalsOf sends the globals that a function names, but for those that the
// receiver has.
func (s *sending) globalsOf(n int, p *lua.FunctionProto) {
	for _, name := range Names(p) {
		if s.named[name] {
			continue
		}
		s.named[name] = true
		v := s.Globals.RawGetString(name)
		if v == lua.LNil {
			continue
		}
		e := edge{from: n, kind: asGlobal, name: name}
		if s.Library.unchanged(name, v) {
			if t, ok := v.(*lua.LTable); ok {
				s.discard(func() { s.libraryTable(name, t, e) })
			}
			continue
		}
		s.global("", name, v, e)
	}
}

// discard drops what write appends: only what it queues counts.
func (s *sending) discard(write func()) {
	held := s.buf
	s.buf = nil
	write()
	s.buf = held
}

func (s *sending) global(table, name string, v lua.LValue, e edge) {
	held := s.buf
	s.buf = nil
	s.value(v, e)
	s.nGlobal++
	s.globals = appendString(appendString(s.globals, table), name)
	s.globals = append(s.globals, s.buf...)
	s.buf = held
}
