package layout

import (
	"bufio"
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// layouts are compared with gcc, each as the members of a struct.
var layouts = []string{
	"int buffer[10]; int in; int out; int counter;",
	"char c;", "char c; int n;", "int n; char c;", "char a; short b; int c; long d;", "long d; int c; short b; char a;",
	"char a[3]; short b;", "char a; double d; char b;", "float f; double d; float g;", "bool a; _Bool b; long c;",
	"signed char a; unsigned char b; char signed c; char unsigned d;",
	"short a; short int b; int short c; signed short d; unsigned short int e; short unsigned f; int unsigned short g;",
	"int a; signed b; unsigned c; signed int d; unsigned int e; int unsigned f;",
	"long a; long int b; int long c; unsigned long d; long unsigned int e; int signed long f;",
	"char x; long long a; long long int b; int long long c; unsigned long long d; long unsigned long e; long int long unsigned f;",
	"int8_t a; int16_t b; int32_t c; int64_t d;", "uint8_t a; uint64_t b; uint16_t c; uint32_t d; uint8_t e;",
	"char a; size_t b; char c; ssize_t d; char e; intptr_t f; char g; uintptr_t h; char i; ptrdiff_t j;",
	"char a; off_t b; char c; time_t d; char e; pid_t f; char g; uid_t h;",
	"char a; atomic_int b; atomic_bool c; atomic_long d; atomic_uint e; char f; atomic_ulong g;",
	"char a; sem_t s; char b;", "sem_t empty; sem_t full; int buffer[8]; unsigned in, out;", "sem_t s[3]; char c;", "int a; sem_t s;",
	"int a, b, c[3], d; char e, f[5];", "int a[2][3]; char b[2][3][5]; short c;", "int a[0x10]; char b[010]; char c[10u]; char d[0XfUL];",
	"const int a; volatile int b; int const c; volatile unsigned char d; const volatile long e; long const int volatile f;",
	"_Atomic int a; int _Atomic b; _Atomic(long) c; _Atomic(unsigned short) d[3];",
	"_Alignas(16) char a; char b;", "char a; _Alignas(8) char b; char c;", "char a; _Alignas(64) int b[3]; char c;", "char a; alignas(8) short b, c; char d;",
	"_Alignas(double) char a; char b; _Alignas(int) char c;", "_Alignas(4) _Alignas(32) char a; char b;", "int _Alignas(16) a; char b;", "char a; _Alignas(4096) char b;",
	"struct { char c; int n; } a; char b;", "char x; struct { char c; double d; } a[3]; char b;", "struct { char c; struct { short s; char t; } in; } a; char b;",
	"union { int i; double d; char c[9]; } u; char x;", "char x; union { char a; short b[3]; } u[2]; int y;",
	"char x; struct { int a; char b; }; char y;", "char x; union { int a; char b; struct { short c; char d; long e; }; }; char y;",
	"struct { union { int i; float f; }; int kind; } v[4]; char x;",
	"struct point { int x, y; } a; struct point b; char c; struct point d[2];", "struct point { char x; long y; }; char c; struct point a;",
	"union u { char c; long l; } a; char b; union u c[2];", "struct in { char c; int n; }; struct { char x; struct in i; } __attribute__((packed)) a; char b;",
	"struct __attribute__((packed)) { char c; int n; } a; int b;", "struct { char c; int n; } __attribute__((packed)) a; int b;",
	"char x; struct { char c; double d; short s; } __attribute__((__packed__)) a[3]; int b;",
	"char a; int b __attribute__((packed)); char c; double d __attribute__((packed));", "char a; int b __attribute__((packed)), c; char d;",
	"char a; int b __attribute__((packed, aligned(2))); char c;", "char a; char b __attribute__((aligned(8))); char c;", "char a; int b __attribute__((aligned(2))); char c;",
	"char a; struct { char c; short s; } __attribute__((aligned(16))) b; char c;", "char a; struct __attribute__((packed, aligned(4))) { char c; long s; } b; char c;",
	"struct { char c; _Alignas(8) int n; char d; } __attribute__((packed)) a; char b;", "struct { char c; int n __attribute__((aligned(2))); } __attribute__((packed)) a; char b;",
	"char x; union __attribute__((packed)) { char c; long l; } a; char b;", "char x; struct { char c; union { int i; long l; }; char d; } __attribute__((packed)) a; char b;",
	"char x; struct { char c; struct { char e; int i; }; int d; } __attribute__((packed)) a; char b;",
	"char x; struct __attribute__((packed)) { char c; sem_t s; } a; char b;", "char x; struct { char a; } __attribute__((aligned(2))) b; struct { char q; struct { char a; } __attribute__((aligned(8))) b; } __attribute__((packed)) c;",
	"int a; // a comment\nchar b; /* another; int x; */ int c;", "int\n\ta ;\r\n;; char b\v; \f int c ; ;",
	"_Alignas(8) struct { char c; } a; char b;", "char x; _Alignas(16) struct { char c; int d; }; char y;", "long a[1000][1000]; char b;",
	"int in, next, end, load_, packed;", "struct __attribute__((aligned(32))) { int hits; } counter[4];",
	"char lock; _Alignas(128) uint64_t head; _Alignas(128) uint64_t tail; struct { uint32_t length; char text[60]; } slot[16];",
}

// leaf is a field by its path, as offsetof(3) takes it.
type leaf struct {
	path         string
	offset, size int
}

// leaves lists fields with all that are in them; of arrays the first and the last
// element.
func leaves(t *Type, path string, offset int) (list []leaf) {
	if path != "" {
		list = append(list, leaf{path, offset, t.Size})
		path += "."
	}
	for _, f := range t.Fields {
		list = append(list, leaves(f.Type, path+f.Name, offset+f.Offset)...)
	}
	if t.Class == Array {
		for _, i := range []int{0, t.Count - 1} {
			list = append(list, leaves(t.Elem, fmt.Sprintf("%s[%d]", strings.TrimSuffix(path, "."), i), offset+i*t.Elem.Size)...)
		}
	}
	return list
}

// compare has gcc lay all texts out in one program.
func compare(t *testing.T, texts []string) {
	t.Helper()
	var program, want bytes.Buffer
	program.WriteString("#include <stdio.h>\n#include <stddef.h>\n#include <stdint.h>\n#include <stdbool.h>\n#include <stdalign.h>\n#include <stdatomic.h>\n" +
		"#include <sys/types.h>\n#include <time.h>\n#include <semaphore.h>\n")
	var prints bytes.Buffer
	fields := 0
	for i, text := range texts {
		l, err := Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		fmt.Fprintf(&prints, "static void show%d(void) {\nstruct layout {\n%s\n};\n", i, text)
		fmt.Fprintf(&prints, "printf(\"%d size %%zu align %%zu\\n\", sizeof(struct layout), _Alignof(struct layout));\n", i)
		fmt.Fprintf(&want, "%d size %d align %d\n", i, l.Size, l.Align)
		for _, f := range leaves(l, "", 0) {
			fmt.Fprintf(&prints, "printf(\"%d %s %%zu %%zu\\n\", offsetof(struct layout, %s), sizeof ((struct layout *)0)->%s);\n", i, f.path, f.path, f.path)
			fmt.Fprintf(&want, "%d %s %d %d\n", i, f.path, f.offset, f.size)
			fields++
		}
		prints.WriteString("}\n")
	}
	program.Write(prints.Bytes())
	program.WriteString("int main(void) {\n")
	for i := range texts {
		fmt.Fprintf(&program, "show%d();\n", i)
	}
	program.WriteString("return 0; }\n")
	got := compileAndRun(t, program.Bytes())
	wanted := bufio.NewScanner(&want)
	for _, line := range strings.Split(strings.TrimSpace(got), "\n") {
		if !wanted.Scan() || wanted.Text() != line {
			n := 0
			fmt.Sscan(line, &n)
			t.Fatalf("%s\ngcc has %q, and this package %q", texts[n], line, wanted.Text())
		}
	}
	t.Logf("%d fields of %d layouts are where gcc has them", fields, len(texts))
}

func compileAndRun(t *testing.T, program []byte) string {
	t.Helper()
	dir := t.TempDir()
	source, exe := filepath.Join(dir, "layouts.c"), filepath.Join(dir, "layouts")
	if err := os.WriteFile(source, program, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("gcc", "-std=gnu11", "-O0", "-w", "-o", exe, source).CombinedOutput(); err != nil {
		t.Fatalf("gcc: %v\n%.2000s", err, out)
	}
	out, err := exec.Command(exe).Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestAsGCC(t *testing.T) { compare(t, layouts) }

func TestAsGCCAtRandom(t *testing.T) {
	texts := make([]string, 400)
	for seed := range texts {
		g := &generator{rand.New(rand.NewPCG(uint64(seed), 7)), 0}
		texts[seed] = g.members(1+g.IntN(8), 0)
	}
	compare(t, texts)
}

// generator writes declarations that gcc takes.
type generator struct {
	*rand.Rand
	names int
}

var someTypes = []string{"char", "signed char", "unsigned char", "short", "unsigned short", "int", "unsigned", "long", "unsigned long",
	"long long", "int8_t", "uint16_t", "int32_t", "uint64_t", "size_t", "float", "double", "bool", "sem_t"}

func (g *generator) members(n, depth int) string {
	var b strings.Builder
	for range n {
		b.WriteString(g.member(depth))
	}
	return b.String()
}

func (g *generator) one(n int) bool { return g.IntN(n) == 0 }

func (g *generator) attribute() string {
	switch g.IntN(4) {
	case 0:
		return " __attribute__((packed))"
	case 1:
		return fmt.Sprintf(" __attribute__((aligned(%d)))", 1<<g.IntN(7))
	case 2:
		return fmt.Sprintf(" __attribute__((packed, aligned(%d)))", 1<<g.IntN(5))
	}
	return ""
}

func (g *generator) member(depth int) string {
	base, anonymous := someTypes[g.IntN(len(someTypes))], false
	if depth < 3 && g.one(4) {
		base = []string{"struct", "union"}[g.IntN(2)] + " { " + g.members(1+g.IntN(4), depth+1) + "}"
		if g.one(2) {
			base += g.attribute()
		}
		anonymous = g.one(4)
	}
	if g.one(8) {
		base = fmt.Sprintf("_Alignas(%d) ", 512>>depth) + base // never less than the type has
	}
	if anonymous {
		return base + "; "
	}
	list := make([]string, 1+g.IntN(2))
	for i := range list {
		g.names++
		list[i] = fmt.Sprintf("f%d", g.names)
		for g.one(4) {
			list[i] += fmt.Sprintf("[%d]", 1+g.IntN(5))
		}
		if g.one(6) {
			list[i] += g.attribute()
		}
	}
	return base + " " + strings.Join(list, ", ") + "; "
}
