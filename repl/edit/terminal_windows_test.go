package edit

import (
	"testing"
	"unsafe"
)

// TestInputRecord: it has the size of INPUT_RECORD, and of the events of a console those are characters that give one.
func TestInputRecord(t *testing.T) {
	if n := unsafe.Sizeof(inputRecord{}); n != 20 {
		t.Errorf("%d bytes", n)
	}
	for _, row := range []struct {
		what  string
		r     inputRecord
		types bool
	}{
		{"a key", inputRecord{kind: keyEvent, down: 1, char: 'a'}, true},
		{"Ctrl-C", inputRecord{kind: keyEvent, down: 1, char: 3}, true},
		{"its release", inputRecord{kind: keyEvent, char: 'a'}, false},
		{"Shift alone", inputRecord{kind: keyEvent, down: 1, key: 0x10}, false},
		{"Alt with a number, when it is released", inputRecord{kind: keyEvent, key: menuKey, char: 'é'}, true},
		{"Alt alone", inputRecord{kind: keyEvent, key: menuKey}, false},
		{"another size", inputRecord{kind: 4, down: 1, char: 80}, false},
		{"the focus", inputRecord{kind: 16, down: 1}, false},
	} {
		if row.r.types() != row.types {
			t.Errorf("%s: %v", row.what, !row.types)
		}
	}
}
