package layout_test

import (
	"fmt"

	"weir/ipc/layout"
)

func ExampleParse() {
	t, err := layout.Parse("char kind; double at; struct { short x, y; } of[3]; char name[6];")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range t.Fields {
		fmt.Printf("%-4s %-10s at %2d, %2d bytes\n", f.Name, f.Type, f.Offset, f.Type.Size)
	}
	fmt.Println(t.Size, "bytes in all")
	_, err = layout.Parse("int n; char *name;")
	fmt.Println(err)
	// Output:
	// kind char       at  0,  1 bytes
	// at   double     at  8,  8 bytes
	// of   struct [3] at 16, 12 bytes
	// name char [6]   at 28,  6 bytes
	// 40 bytes in all
	// column 13: field name is a pointer, which means nothing in another process; share what it points to, and an offset
}
