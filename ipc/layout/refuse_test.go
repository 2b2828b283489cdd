package layout

import (
	"errors"
	"strings"
	"testing"
)

// TestRefused: what cannot be shared, or is no C, is refused with the field's name
// where there is one, and with the column.
func TestRefused(t *testing.T) {
	for _, row := range []struct {
		text   string
		column int
		says   string
	}{
		{"", 1, `without a field; write such as "int counter;"`},
		{" ; /* int x; */ ;", 1, "without a field"},
		{"int a; char *name;", 13, "field name is a pointer, which means nothing in another process; share what it points to"},
		{"char **argv;", 6, "field argv is a pointer"},
		{"char *const volatile p;", 6, "field p is a pointer"},
		{"void *p;", 6, "field p is a pointer"},
		{"FILE *log;", 6, "field log is a pointer"},
		{"struct node { struct node *next; } n;", 27, "field next is a pointer"},
		{"int (*compare)(int, int);", 5, "field compare is a pointer"},
		{"int compare(int);", 12, "compare is a function"},
		{"int (x);", 5, "brackets around a field"},
		{"int a : 3;", 7, "field a is a bit-field"},
		{"int : 3;", 5, "bit-fields"},
		{"int n; char rest[];", 18, "field rest is an array of no size; say how many"},
		{"int a[0];", 7, "the size of a must be a whole number from 1 on, but is 0"},
		{"int a[-1];", 7, "the size of a must be"}, {"int a[N];", 7, "but is N"}, {"int a[1_000];", 7, "but is 1_000"}, {"int a[0o7];", 7, "but is 0o7"},
		{"int a[1.5];", 8, `"]" is missing after the size of a`}, {"int a[99999999999999999999];", 7, "the size of a"}, {"int a[08];", 7, "the size of a"},
		{"int a[3", 8, `"]" is missing`},
		{"char a[1000000][1000000][1000000];", 6, "field a is larger than any memory"},
		{"char a[0x10000000000]; int b;", 28, "field b makes the layout larger than any memory"},
		{"int a = 3;", 7, "field a cannot have a value here; store it"},
		{"pthread_mutex_t lock;", 1, `unknown type "pthread_mutex_t" of field lock; there are char,`},
		{"intt a;", 1, `unknown type "intt" of field a`},
		{"enum color c;", 1, "an enum is not known here; write int"},
		{"void v;", 1, `unknown type "void" of field v`},
		{"long double d;", 1, "there is no type long double here"}, {"long long long l;", 1, "no type long long long"}, {"short long x;", 1, "no type short long"},
		{"unsigned signed x;", 1, "no type unsigned signed"}, {"unsigned double x;", 1, "no type unsigned double"}, {"short char c;", 1, "no type"},
		{"int int x;", 1, "no type int int"},
		{"int;", 4, "the name of a field is missing"}, {"int a,;", 7, "the name of a field is missing"}, {"int int32_t;", 5, "the name of a field is missing"},
		{"int a b;", 7, `";" is missing after field a`}, {"int a", 6, `";" is missing after field a`}, {"a;", 1, `unknown type "a"`},
		{"3 a;", 1, `a type is missing before "3"`}, {"int a; }", 8, `a type is missing before "}"`}, {"int a; (", 8, "a type is missing"},
		{"int a; char a;", 13, "two fields are named a"}, {"int a; struct { int b; union { char a; }; };", 8, "two fields are named a"},
		{"struct { int a; struct { int a; } b; } c, c;", 43, "two fields are named c"},
		{"struct { int a; x;", 17, "unknown type"}, {"struct { int a;", 16, `the struct has no end; write "}"`},
		{"struct {} x;", 1, "a struct without members"}, {"struct x;", 8, "unknown struct x; write its members first"}, {"union { } u;", 1, "a union without members"},
		{"struct a { int x; } b; union a c;", 30, "a is a struct"}, {"struct a { int x; } b; struct a { int y; } c;", 31, "two structs have the tag a"},
		{"struct packed { char c; int n; } a;", 8, "packed is the name of a struct here, to a C compiler; write struct __attribute__((packed)) {"},
		{"_Alignas(3) int a;", 10, "an alignment must be a power of two up to 4096, but is 3"}, {"_Alignas(0) int a;", 10, "power of two"},
		{"_Alignas(8192) int a;", 10, "up to 4096"}, {"_Alignas(2) int a;", 1, "field a is aligned to 4 as it is, which _Alignas cannot reduce to 2"},
		{"_Alignas(1) struct { int b; };", 1, "an unnamed field is aligned to 4"}, {"_Alignas 8 int a;", 10, `"(" is missing after _Alignas`},
		{"int a __attribute__((deprecated));", 22, `unknown attribute "deprecated"; there are packed and aligned(n)`},
		{"int a __attribute__((aligned(3)));", 30, "power of two"}, {"int a __attribute__(packed);", 21, `"(" is missing`},
		{"__attribute__((packed)) int a;", 1, "an attribute before the type; write it after"},
		{"#pragma pack(1)\nint a;", 1, "there is no preprocessor here"},
		{"_Atomic struct { int a; } s;", 1, "an atomic struct is no field"},
		{"int a; /* x", 8, "the comment has no end"},
		{"int a; int \x00b;", 12, "the name of a field is missing"}, {"int \xc3\xa4;", 5, "the name of a field is missing"},
		{strings.Repeat("struct { ", 50) + "int a;", 9*16 + 1, "nested deeper than 16"},
		{strings.Repeat("_Alignas(", 50), 9*16 + 1, "nested deeper than 16"},
		{"int a" + strings.Repeat("[1]", 50) + ";", 5, "more than 16 dimensions"},
	} {
		_, err := Parse(row.text)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%q: %v", row.text, err)
			continue
		}
		if e.Column != row.column || !strings.Contains(err.Error(), row.says) {
			t.Errorf("%q\n got %v\nwant column %d: %s", row.text, err, row.column, row.says)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"int buffer[10]; int in, out;", "struct { char c; union { long l; sem_t s; }; } __attribute__((packed, aligned(8))) a[2][3]; ",
		"_Alignas(64) _Atomic(unsigned long) n; // x\n", "struct p { short x; }; struct p q;", "int a[", "/*", "char packed packed;"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		l, err := Parse(text)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Column < 1 || e.Column > len(text)+1 || e.Width < 1 || e.Message == "" {
				t.Errorf("%q: %#v", text, err)
			}
			return
		}
		checkPlaces(t, text, l)
	})
}

// checkPlaces checks that every field lies inside what it is in.
func checkPlaces(t *testing.T, text string, l *Type) {
	if l.Size < 1 || l.Size > 2*MaxSize || l.Align < 1 || l.Align&(l.Align-1) != 0 {
		t.Errorf("%q: %s has %d bytes, aligned to %d", text, l, l.Size, l.Align)
	}
	switch l.Class {
	case Array:
		if l.Count < 1 || l.Elem.Size*l.Count != l.Size {
			t.Errorf("%q: %s has %d bytes, an element %d", text, l, l.Size, l.Elem.Size)
		}
		checkPlaces(t, text, l.Elem)
	case Composite:
		if l.Size%l.Align != 0 {
			t.Errorf("%q: %d bytes, aligned to %d", text, l.Size, l.Align)
		}
		names := map[string]bool{}
		for _, f := range l.Fields {
			if f.Offset < 0 || f.Offset+f.Type.Size > l.Size || names[f.Name] || f.Name == "" {
				t.Errorf("%q: %s at %d of %d bytes", text, f.Name, f.Offset, l.Size)
			}
			names[f.Name] = true
			checkPlaces(t, text, f.Type)
		}
	}
}
