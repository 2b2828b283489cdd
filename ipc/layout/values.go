package layout

import (
	"bytes"
	"math"
	"strconv"

	"weir/ipc/luatext"
)

// Value is one field of memory that has a layout.
type Value struct {
	Name string // as C reaches it: "seats[2].free"
	Type string
	Text string // its value: a number, true or false, or a string in quotes
}

// Values gives what memory holds, in the order of the fields, at most so many of them. more is
// how many there are besides. An array of char is one string, and a semaphore is its value.
func (t *Type) Values(b []byte, most int) (list []Value, more int) {
	w := &valueWriter{b: b, most: most}
	w.write("", t, 0)
	return w.list, w.more
}

type valueWriter struct {
	b    []byte
	most int
	list []Value
	more int
}

func (w *valueWriter) write(name string, t *Type, offset int) {
	switch {
	case len(w.list) >= w.most:
		w.more += t.parts()
	case t.Class == Composite:
		if name != "" {
			name += "."
		}
		for _, f := range t.Fields {
			w.write(name+f.Name, f.Type, offset+f.Offset)
		}
	case t.Class == Array && t.Elem.Class != Char:
		for i := range t.Count {
			if len(w.list) >= w.most {
				w.more += (t.Count - i) * t.Elem.parts()
				return
			}
			w.write(name+"["+strconv.Itoa(i)+"]", t.Elem, offset+i*t.Elem.Size)
		}
	default:
		w.list = append(w.list, Value{name, t.String(), t.text(w.b[offset : offset+t.Size])})
	}
}

// parts is how many values a type has.
func (t *Type) parts() (n int) {
	switch {
	case t.Class == Composite:
		for _, f := range t.Fields {
			n += f.Type.parts()
		}
		return n
	case t.Class == Array && t.Elem.Class != Char:
		return t.Count * t.Elem.parts()
	}
	return 1
}

// text writes the value that some bytes are.
func (t *Type) text(b []byte) string {
	if t.Class == Array {
		if n := bytes.IndexByte(b, 0); n >= 0 {
			b = b[:n]
		}
		return luatext.Quote(string(b))
	}
	if t.Class == Semaphore {
		return strconv.FormatUint(uint64(uint32(Load(b, 8))), 10) // its low half, sem_getvalue(3)
	}
	bits, shift := Load(b, t.Size), 64-8*t.Size
	switch t.Class {
	case Unsigned:
		return strconv.FormatUint(bits, 10)
	case Float:
		if t.Size == 4 {
			return strconv.FormatFloat(float64(math.Float32frombits(uint32(bits))), 'g', -1, 32)
		}
		return strconv.FormatFloat(math.Float64frombits(bits), 'g', -1, 64)
	case Bool:
		return strconv.FormatBool(bits != 0)
	}
	return strconv.FormatInt(int64(bits<<shift)>>shift, 10)
}
