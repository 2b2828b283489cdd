package interp

import (
	"reflect"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// TestMirror compares the types of mirror.go with gopher-lua's, field by field. Where it
// fails, a new version of gopher-lua has moved something: every use of the field wants a
// look.
func TestMirror(t *testing.T) {
	original := reflect.TypeFor[lua.LState]()
	field := func(of reflect.Type, name string) reflect.Type {
		f, ok := of.FieldByName(name)
		if !ok {
			t.Fatalf("%s has no field %s", of, name)
		}
		return f.Type
	}
	options := lua.Options{MinimizeStackMemory: true, RegistrySize: 256}
	L := lua.NewState(options)
	defer L.Close()
	stack := reflect.ValueOf(L).Elem().FieldByName("stack").Elem().Type().Elem()
	registry := field(original, "reg").Elem()
	pairs := []struct{ mirror, original reflect.Type }{
		{reflect.TypeFor[state](), original},
		{reflect.TypeFor[globals](), reflect.TypeFor[lua.Global]()},
		{reflect.TypeFor[registryMirror](), registry},
		{reflect.TypeFor[allocator](), field(registry, "alloc").Elem()},
		{reflect.TypeFor[frame](), field(original, "currentFrame").Elem()},
		{reflect.TypeFor[frames](), stack},
		{reflect.TypeFor[segment](), field(stack, "segments").Elem().Elem()},
		{reflect.TypeFor[upvalue](), reflect.TypeFor[lua.Upvalue]()},
		{reflect.TypeFor[table](), reflect.TypeFor[lua.LTable]()},
	}
	for _, p := range pairs {
		if p.mirror.Size() != p.original.Size() || p.mirror.NumField() != p.original.NumField() {
			t.Errorf("%s: %d bytes in %d fields, %s has %d in %d", p.mirror, p.mirror.Size(), p.mirror.NumField(), p.original, p.original.Size(), p.original.NumField())
			continue
		}
		for i := range p.mirror.NumField() {
			m, o := p.mirror.Field(i), p.original.Field(i)
			if m.Offset != o.Offset || m.Type.Size() != o.Type.Size() || m.Type.Kind() != o.Type.Kind() && !standsFor(m.Type, o.Type) {
				t.Errorf("%s.%s is a %s at %d, %s.%s a %s at %d", p.mirror, m.Name, m.Type, m.Offset, p.original, o.Name, o.Type, o.Offset)
			}
		}
	}
}

type registryMirror = registry

// standsFor reports whether a mirror has pointers where the original has an interface or a
// pointer of another kind.
func standsFor(mirror, original reflect.Type) bool {
	switch original.Kind() {
	case reflect.Interface, reflect.Pointer:
		return mirror.Kind() == reflect.Struct || mirror.Kind() == reflect.Array || mirror.Kind() == reflect.UnsafePointer
	}
	return false
}
