// Package layout reads C declarations and lays their fields out as a C compiler
// does for this system, 64-bit Linux or Windows. A program in C and a user of this package then see the same
// fields in the memory that they share.
//
// [Parse] gives a [Type]. Its text is split into tokens in scan.go; specifier.go reads the
// types of C, and parse.go the fields, which it lays out. access.go loads and stores fields,
// plainly or atomically.
package layout

import "fmt"

// Class is what the bytes of a type mean.
type Class uint8

// The classes of types.
const (
	Signed Class = iota
	Unsigned
	Float
	Bool
	Char // one byte; an array of them may be taken as a string
	Semaphore
	Array
	Composite // a struct or union
)

// Type is one type of C.
type Type struct {
	Name   string // as in C, without an array's brackets
	Class  Class
	Size   int
	Align  int
	Count  int     // of an array's elements
	Elem   *Type   // of an array
	Fields []Field // of a composite, in order; those of an anonymous member are among them
	index  map[string]int
}

// Field is a member of a struct or union.
type Field struct {
	Name   string
	Type   *Type
	Offset int // in bytes, from the start of the composite
}

// Field finds a member by its name.
func (t *Type) Field(name string) (Field, bool) {
	if i, ok := t.index[name]; ok {
		return t.Fields[i], true
	}
	return Field{}, false
}

// String writes the type as C does: "int [10]".
func (t *Type) String() string {
	if t.Class != Array {
		return t.Name
	}
	dimensions := ""
	for ; t.Class == Array; t = t.Elem {
		dimensions += fmt.Sprintf("[%d]", t.Count)
	}
	return t.Name + " " + dimensions
}

// Error is a fault in a declaration.
type Error struct {
	Column  int // of the text, from 1; a newline counts as one
	Width   int
	Message string
	Hint    string
}

func (e *Error) Error() string {
	if e.Hint == "" {
		return fmt.Sprintf("column %d: %s", e.Column, e.Message)
	}
	return fmt.Sprintf("column %d: %s; %s", e.Column, e.Message, e.Hint)
}

// MaxSize is the most that a layout may take, in bytes.
const MaxSize = 1 << 40

func basic(name string, class Class, size int) *Type {
	return &Type{Name: name, Class: class, Size: size, Align: size}
}

var types = func() map[string]*Type {
	m := map[string]*Type{}
	for _, t := range []*Type{
		basic("char", Char, 1), basic("signed char", Signed, 1), basic("unsigned char", Unsigned, 1),
		basic("short", Signed, 2), basic("unsigned short", Unsigned, 2),
		basic("int", Signed, 4), basic("unsigned int", Unsigned, 4),
		basic("long", Signed, longSize), basic("unsigned long", Unsigned, longSize),
		basic("long long", Signed, 8), basic("unsigned long long", Unsigned, 8),
		basic("int8_t", Signed, 1), basic("uint8_t", Unsigned, 1),
		basic("int16_t", Signed, 2), basic("uint16_t", Unsigned, 2),
		basic("int32_t", Signed, 4), basic("uint32_t", Unsigned, 4),
		basic("int64_t", Signed, 8), basic("uint64_t", Unsigned, 8),
		basic("size_t", Unsigned, 8), basic("ssize_t", Signed, 8), basic("ptrdiff_t", Signed, 8),
		basic("intptr_t", Signed, 8), basic("uintptr_t", Unsigned, 8),
		basic("off_t", Signed, longSize), basic("time_t", Signed, 8), basic("pid_t", Signed, pidSize),
		basic("uid_t", Unsigned, 4),
		basic("atomic_bool", Bool, 1), basic("atomic_int", Signed, 4), basic("atomic_uint", Unsigned, 4),
		basic("atomic_long", Signed, longSize), basic("atomic_ulong", Unsigned, longSize),
		basic("float", Float, 4), basic("double", Float, 8), basic("bool", Bool, 1), basic("_Bool", Bool, 1),
		{Name: "sem_t", Class: Semaphore, Size: 32, Align: 8},
	} {
		m[t.Name] = t
	}
	for _, t := range systemTypes {
		m[t.Name] = t
	}
	return m
}()

// add puts a member at the end of a composite, or at the start of a union.
func (t *Type) add(f Field, align int, union bool) {
	offset := t.Size
	if union {
		offset = 0
	}
	offset = roundUp(offset, align)
	t.Align = max(t.Align, align)
	t.Size = max(t.Size, offset+f.Type.Size)
	if f.Name == "" {
		for _, inner := range f.Type.Fields {
			inner.Offset += offset
			t.Fields = append(t.Fields, inner)
		}
		return
	}
	f.Offset = offset
	t.Fields = append(t.Fields, f)
}

func roundUp(n, align int) int { return (n + align - 1) / align * align }
