package layout

import (
	"slices"
	"testing"
)

// TestValues writes memory of every class of type.
func TestValues(t *testing.T) {
	l, err := Parse("signed char c; unsigned short u; int n[2]; double d; float f; _Bool b; char name[6]; " +
		"struct { int x; long y; } at[2]; sem_t free; char letter;")
	if err != nil {
		t.Fatal(err)
	}
	b := make([]byte, l.Size)
	set := func(name string, at int, v uint64) {
		f, _ := l.Field(name)
		Store(b[f.Offset+at:], min(f.Type.Size, 8), v)
	}
	set("c", 0, 0xfe)
	set("u", 0, 65535)
	set("n", 0, 7|0xffffffff<<32)
	set("d", 0, 0x3ff8000000000000)
	set("f", 0, 0x3e800000)
	set("b", 0, 1)
	f, _ := l.Field("name")
	copy(b[f.Offset:], "a\nb")
	set("at", 0, 3)
	set("free", 0, 4|1<<32)
	set("letter", 0, 65)
	list, more := l.Values(b, 100)
	var got []string
	for _, v := range list {
		got = append(got, v.Name+" "+v.Text)
	}
	want := []string{"c -2", "u 65535", "n[0] 7", "n[1] -1", "d 1.5", "f 0.25", "b true", `name "a\nb"`, "at[0].x 3", "at[0].y 0",
		"at[1].x 0", "at[1].y 0", "free 4", "letter 65"}
	if !slices.Equal(got, want) || more != 0 {
		t.Errorf("got %q, %d more; want %q", got, more, want)
	}
	if list, more := l.Values(b, 3); len(list) != 3 || list[2].Name != "n[0]" || more != len(want)-3 {
		t.Errorf("got %v, %d more", list, more)
	}
}
