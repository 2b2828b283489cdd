package layout

import (
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

// page is memory as a region has it: no other place of Go's knows it.
func page(t *testing.T) []byte {
	t.Helper()
	b, err := unix.Mmap(-1, 0, 4096, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED|unix.MAP_ANONYMOUS)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Munmap(b) })
	return b
}

func TestPlain(t *testing.T) {
	b := page(t)
	for _, size := range []int{1, 2, 4, 8} {
		for at := range 9 { // at any address, as packed structs have them
			clear(b)
			v := uint64(0xf1e2d3c4b5a69788) >> (64 - 8*size)
			Store(b[64+at:], size, v)
			if got := Load(b[64+at:], size); got != v {
				t.Errorf("%d bytes at %d: %#x, not %#x", size, at, got, v)
			}
			for i, c := range b[:128] {
				if i >= 64+at && i < 64+at+size {
					c -= byte(v >> (8 * (i - 64 - at)))
				}
				if c != 0 {
					t.Errorf("%d bytes at %d: byte %d is %#x", size, at, i, c)
				}
			}
		}
	}
}

// TestPlainBounds: an access that goes beyond its bytes is Go's own panic, and
// touches nothing.
func TestPlainBounds(t *testing.T) {
	b := page(t)
	for name, access := range map[string]func(){
		"load":   func() { Load(b[4090:4095], 8) },
		"store":  func() { Store(b[4095:], 2, 1) },
		"update": func() { Update(b[4096:], 1, func(uint64) (uint64, bool) { return 1, true }) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s went beyond", name)
				}
			}()
			access()
		}()
	}
}

// TestPlainIsUnseen: the race detector knows nothing of mapped memory. Were it to
// look, a script's race, which is what it is there to show, would end this.
func TestPlainIsUnseen(t *testing.T) {
	b := page(t)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 10_000 {
				Store(b, 4, Load(b, 4)+1)
			}
		})
	}
	wg.Wait()
	if n := Load(b, 4); n < 2 || n > 40_000 {
		t.Errorf("%d", n)
	}
}

// TestUpdate has threads count in fields of all widths that lie side by side: no
// count is lost, and none goes into a neighbour.
func TestUpdate(t *testing.T) {
	b := page(t)
	fields := []struct{ at, size int }{{0, 1}, {1, 1}, {2, 1}, {3, 1}, {4, 2}, {6, 2}, {8, 4}, {12, 2}, {14, 1}, {15, 1}, {16, 8}, {24, 8}, {4092, 2}, {4094, 1}, {4095, 1}}
	const each, threads = 3000, 4
	var wg sync.WaitGroup
	for range threads {
		wg.Go(func() {
			for range each {
				for _, f := range fields {
					if _, err := Update(b[f.at:], f.size, func(old uint64) (uint64, bool) { return old + 1, true }); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	wg.Wait()
	for _, f := range fields {
		want := uint64(each*threads) & (1<<(8*f.size) - 1)
		if f.size == 8 {
			want = each * threads
		}
		if got := Load(b[f.at:], f.size); got != want {
			t.Errorf("%d bytes at %d: %d, not %d", f.size, f.at, got, want)
		}
	}
	for i, c := range b[32:4092] {
		if c != 0 {
			t.Errorf("byte %d is %#x", 32+i, c)
		}
	}
}

func TestUpdateStops(t *testing.T) {
	b := page(t)
	for _, size := range []int{1, 2, 4, 8} {
		Store(b[8:], size, 5)
		old, err := Update(b[8:], size, func(old uint64) (uint64, bool) { return 9, old == 4 })
		if old != 5 || err != nil || Load(b[8:], size) != 5 {
			t.Errorf("%d bytes: was %d, %v, is %d", size, old, err, Load(b[8:], size))
		}
		old, err = Update(b[8:], size, func(old uint64) (uint64, bool) { return ^uint64(0), old == 5 })
		if old != 5 || err != nil || Load(b[8:], 8) != ^uint64(0)>>(64-8*size) {
			t.Errorf("%d bytes: was %d, %v, are %#x", size, old, err, Load(b[8:], 8))
		}
		Store(b[8:], 8, 0)
		for at := 1; at < size; at++ {
			if _, err := Update(b[8+at:], size, func(uint64) (uint64, bool) { return 1, true }); err != ErrMisaligned || Load(b[8:], 8) != 0 {
				t.Errorf("%d bytes at %d: %v", size, at, err)
			}
		}
	}
}

func BenchmarkLoadStore(b *testing.B) {
	m := make([]byte, 64)
	for b.Loop() {
		Store(m, 4, Load(m, 4)+1)
	}
}

func BenchmarkUpdate(b *testing.B) {
	m := make([]byte, 64)
	for b.Loop() {
		Update(m, 4, func(old uint64) (uint64, bool) { return old + 1, true })
	}
}
