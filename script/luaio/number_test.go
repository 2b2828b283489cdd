package luaio_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"weir/script/luaio"
)

// Numbers of all sizes come out as lua5.1 prints them.
func TestFormatNumber(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 1))
	var numbers []float64
	for len(numbers) < 20000 {
		n := math.Float64frombits(rnd.Uint64())
		switch len(numbers) % 4 {
		case 1:
			n = float64(rnd.Int64()>>rnd.IntN(63)) * []float64{1, -1}[rnd.IntN(2)]
		case 2:
			n = float64(rnd.Int64N(1e6)) / 1000
		case 3:
			n = math.Pow(10, float64(rnd.IntN(40)-20)) * float64(rnd.IntN(1000)) / 4
		}
		if !math.IsNaN(n) {
			numbers = append(numbers, n)
		}
	}
	var in, got strings.Builder
	for _, n := range numbers {
		fmt.Fprintf(&in, "%.17g\n", n)
		got.WriteString(luaio.FormatNumber(n) + "\n")
	}
	want := runIn(t, lua51(t, `for n in function() return (io.read("*n")) end do print(n) end`), in.String()).stdout
	if got.String() == want {
		return
	}
	g, w := strings.Split(got.String(), "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			t.Fatalf("%.17g: got %s, want %s", numbers[i], g[i], w[i])
		}
	}
	t.Fatalf("%d numbers, want %d", len(g), len(w))
}

// What a child reads with "*n" is what this process formats.
func TestNumberRoundTrip(t *testing.T) {
	in := "1e308 -1e-308 4.9406564584124654e-324 0.1 123456789012 0x1p-1074 1e400"
	code := `for n in function() return (io.read("*n")) end do print(n) end`
	want, got := runIn(t, lua51(t, code), in), runIn(t, child(t, code), in)
	if got.stdout != want.stdout {
		t.Errorf("got %q, want %q", got.stdout, want.stdout)
	}
}
