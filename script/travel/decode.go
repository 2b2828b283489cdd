package travel

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	lua "github.com/yuin/gopher-lua"

	"weir/script/interp"
	"weir/script/syntax"
)

// errMalformed is what bytes give that Encode did not write.
var errMalformed = errors.New("malformed travel data")

// receiving is the state of one Decode. After a fault data is empty.
type receiving struct {
	*Receiver
	data    []byte
	chunks  []*syntax.Chunk
	kinds   []byte
	made    []lua.LValue   // by number; nil for cells
	cells   []*lua.Upvalue // by number; nil for all else
	waiting map[*lua.LUserData]assembly
	err     error
}

// assembly is a userdata whose parts have come.
type assembly struct {
	tag   string
	parts lua.LValue
}

// Decode makes the values that Encode wrote, and sets the globals that came with
// them.
func (r *Receiver) Decode(data []byte) ([]lua.LValue, error) {
	d := &receiving{Receiver: r, data: data, waiting: map[*lua.LUserData]assembly{}}
	if v := d.count(math.MaxInt); d.err == nil && v != version {
		return nil, fmt.Errorf("travel data of version %d, but this is version %d", v, version)
	}
	d.readChunks()
	d.shells()
	for i := range d.kinds {
		d.fill(i)
	}
	values := make([]lua.LValue, d.count(len(d.data)))
	for i := range values {
		values[i] = d.value()
	}
	d.assembleAll()
	d.readGlobals()
	if d.err == nil && len(d.data) > 0 {
		d.fail(errMalformed)
	}
	if d.err != nil {
		return nil, d.err
	}
	return values, nil
}

func (d *receiving) fail(err error) {
	if d.err == nil {
		d.err = err
	}
	d.data = nil
}

// count reads a number that is at most limit.
func (d *receiving) count(limit int) int {
	n, size := binary.Uvarint(d.data)
	if size <= 0 || n > uint64(limit) {
		d.fail(errMalformed)
		return 0
	}
	d.data = d.data[size:]
	return int(n)
}

func (d *receiving) string() string {
	n := d.count(len(d.data))
	if n > len(d.data) {
		d.fail(errMalformed)
		return ""
	}
	s := string(d.data[:n])
	d.data = d.data[n:]
	return s
}

func (d *receiving) byte() byte {
	if len(d.data) == 0 {
		d.fail(errMalformed)
		return 0
	}
	b := d.data[0]
	d.data = d.data[1:]
	return b
}

func (d *receiving) readChunks() {
	for range d.count(len(d.data)) {
		name, text, shown := d.string(), d.string(), d.string()
		if d.err != nil {
			return
		}
		chunk, err := d.Compile(name, text)
		if err != nil {
			d.fail(err)
			return
		}
		chunk.Shown = shown
		d.chunks = append(d.chunks, chunk)
	}
}

// shells makes every object, empty, so that any of them can be referred to.
func (d *receiving) shells() {
	n := d.count(len(d.data))
	if d.err != nil || n > len(d.data) {
		d.fail(errMalformed)
		return
	}
	d.kinds, d.data = d.data[:n], d.data[n:]
	d.made, d.cells = make([]lua.LValue, n), make([]*lua.Upvalue, n)
	for i, kind := range d.kinds {
		switch kind {
		case objectTable:
			d.made[i] = d.L.NewTable()
		case objectFunction:
			d.made[i] = &lua.LFunction{Env: d.L.G.Global}
		case objectCell:
			d.cells[i] = &lua.Upvalue{}
		case objectUserdata:
			d.made[i] = d.L.NewUserData()
		default:
			d.fail(errMalformed)
			d.kinds = nil
			return
		}
	}
}

func (d *receiving) fill(i int) {
	switch d.kinds[i] {
	case objectTable:
		d.table(d.made[i].(*lua.LTable))
	case objectFunction:
		d.closure(d.made[i].(*lua.LFunction))
	case objectCell:
		d.cells[i].SetValue(d.value())
	case objectUserdata:
		d.waiting[d.made[i].(*lua.LUserData)] = assembly{d.string(), d.value()}
	}
}

// assembleAll puts the userdata together once all their parts are whole.
func (d *receiving) assembleAll() {
	for _, v := range d.made {
		if ud, ok := v.(*lua.LUserData); ok {
			d.assemble(ud)
		}
	}
}

// assemble puts one together, after those that stand in the table of its parts.
func (d *receiving) assemble(ud *lua.LUserData) {
	a, waits := d.waiting[ud]
	if !waits || d.err != nil {
		return
	}
	delete(d.waiting, ud)
	if parts, ok := a.parts.(*lua.LTable); ok {
		parts.ForEach(func(_, v lua.LValue) {
			if inner, ok := v.(*lua.LUserData); ok {
				d.assemble(inner)
			}
		})
	}
	if d.err == nil {
		if err := d.Assemble(ud, a.tag, a.parts); err != nil {
			d.fail(err)
		}
	}
}

func (d *receiving) value() lua.LValue {
	switch kind := d.byte(); {
	case d.err != nil:
	case kind == kindNil:
	case kind == kindFalse:
		return lua.LFalse
	case kind == kindTrue:
		return lua.LTrue
	case kind == kindInteger:
		n, size := binary.Varint(d.data)
		if size <= 0 {
			d.fail(errMalformed)
			return lua.LNil
		}
		d.data = d.data[size:]
		return lua.LNumber(n)
	case kind == kindNumber && len(d.data) >= 8:
		bits := binary.LittleEndian.Uint64(d.data)
		d.data = d.data[8:]
		return lua.LNumber(math.Float64frombits(bits))
	case kind == kindString:
		return lua.LString(d.string())
	case kind == kindObject:
		if n := d.count(len(d.made)); n < len(d.made) && d.made[n] != nil {
			return d.made[n]
		}
		d.fail(errMalformed)
	case kind == kindLibrary:
		name := d.string()
		if v := d.Library.lookup(name); v != lua.LNil {
			return v
		}
		d.fail(fmt.Errorf("%s is not in the library here", name))
	default:
		d.fail(errMalformed)
	}
	return lua.LNil
}

func (d *receiving) table(t *lua.LTable) {
	n := d.count(len(d.data))
	var values []lua.LValue
	for len(values) < n && d.err == nil {
		values = append(values, d.value())
	}
	interp.Fill(t, values)
	for range d.count(len(d.data)) {
		k, v := d.value(), d.value()
		if f, ok := k.(lua.LNumber); d.err != nil || k == lua.LNil || ok && f != f {
			d.fail(errMalformed)
			return
		}
		interp.RawSet(t, k, v)
	}
	switch mt := d.value().(type) {
	case *lua.LTable:
		t.Metatable = mt
	case *lua.LNilType:
	default:
		d.fail(errMalformed)
	}
}

func (d *receiving) closure(fn *lua.LFunction) {
	n := d.count(len(d.chunks))
	if d.err != nil || n >= len(d.chunks) {
		d.fail(errMalformed)
		return
	}
	proto := d.chunks[n].Proto
	for range d.count(len(d.data)) {
		i := d.count(len(proto.FunctionPrototypes))
		if d.err != nil || i >= len(proto.FunctionPrototypes) {
			d.fail(errMalformed)
			return
		}
		proto = proto.FunctionPrototypes[i]
	}
	n = d.count(len(d.data))
	if d.err != nil || n != int(proto.NumUpvalues) {
		d.fail(errMalformed)
		return
	}
	fn.Proto = proto
	fn.Upvalues = make([]*lua.Upvalue, n)
	for i := range fn.Upvalues {
		cell := d.count(len(d.cells))
		if d.err != nil || cell >= len(d.cells) || d.cells[cell] == nil {
			d.fail(errMalformed)
			return
		}
		fn.Upvalues[i] = d.cells[cell]
	}
	switch env := d.value().(type) {
	case *lua.LTable:
		fn.Env = env
	case *lua.LNilType:
	default:
		d.fail(errMalformed)
	}
}

func (d *receiving) readGlobals() {
	for range d.count(len(d.data)) {
		table, name, v := d.string(), d.string(), d.value()
		t := d.L.G.Global
		if table != "" {
			var ok bool
			if t, ok = d.Library.lookup(table).(*lua.LTable); !ok {
				d.fail(errMalformed)
			}
		}
		if d.err != nil {
			return
		}
		t.RawSetString(name, v)
	}
}
