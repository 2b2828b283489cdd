package extension

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

func TestInteger(t *testing.T) {
	same(t, `
local function rows(list) for i, row in ipairs(list) do show(i, row) end end
rows{
	function() return int64(5), uint64(5), int64("-5"), int64("0xff"), int64(" 12 "), uint64(-1), int64("18446744073709551615") end,
	function() return int64(2^63), int64(-2^63), uint64(2^63), int64(uint64("18446744073709551615")) end,
	function() return int64(2^64) end,
	function() return int64("9223372036854775808"), int64("-9223372036854775808") end,
	function() return int64("-9223372036854775809") end,
	function() return int64("18446744073709551616") end,
	function() return int64("1e3") end,
	function() return int64("") end,
	function() return int64(1/0) end,
	function() return int64(nil) end,
	function() return int64("9223372036854775807") + 1, int64("-9223372036854775808") - 1, -int64("-9223372036854775808") end,
	function() return int64("4294967296") * "4294967297", int64(3) ^ 40, uint64(3) ^ 41 end,
	function() return int64(-7) / 2, int64(-7) % 2, int64(7) / -2, int64(7) % -2, int64("-9223372036854775808") / -1 end,
	function() return 10 - int64(3), "10" - int64(3), int64(-1) + uint64(0) end,
	function() return int64(1) / 0 end,
	function() return uint64(1) % uint64(0) end,
	function() return int64(0) ^ -1 end,
	function() return int64(2) ^ -1, int64(-1) ^ -3, int64(1) ^ -2 end,
	function() return int64(3) == int64(3), int64(3) == uint64(3), int64(3) ~= int64(4), int64(-1) == uint64(-1), int64(-1) < uint64(0) end,
	function() return int64(-5) < int64(-4), int64(-4) <= int64(-4), uint64(-1) > uint64(1), int64(3) >= int64(4) end,
	function() return int64(3) < 4 end,
	function() return int64(7):number(), int64(-1):hex(), int64(255):hex(), int64(int64(-9):hex()) end,
	function() return "n = " .. int64(3) .. "!", int64(1) .. int64(2), 5 .. int64(6) end,
	function() return int64(3) .. {} end,
	function() return type(int64(3)), uint64("9007199254740993"):number() end,
}`, `1	true	5 5 -5 255 12 18446744073709551615 -1
2	true	-9223372036854775808 -9223372036854775808 9223372036854775808 -1
3	false	'int64: 1.8446744073709552e+19 needs more than 64 bits'
4	true	-9223372036854775808 -9223372036854775808
5	false	'int64: "-9223372036854775809" needs more than 64 bits'
6	false	'int64: "18446744073709551616" needs more than 64 bits'
7	false	'int64: "1e3" is no whole number: write decimal digits, or 0x and hexadecimal ones'
8	false	'int64: "" is no whole number: write decimal digits, or 0x and hexadecimal ones'
9	false	'int64: +Inf is no whole number'
10	false	'int64: nil is no integer: it takes a number, a string or another of them'
11	true	-9223372036854775808 9223372036854775807 -9223372036854775808
12	true	4294967296 -6289078614652622815 18026252303461234787
`+"13	true	-3 -1 -3 1 -9223372036854775808\n"+`14	true	7 7 18446744073709551615
15	false	'int64 /: division by zero'
16	false	'uint64 %: division by zero'
17	false	'int64 ^: division by zero'
18	true	0 -1 1
19	true	true true true false true
20	true	true true true false
21	false	'attempt to compare userdata with number'
22	true	7 '0xffffffffffffffff' '0xff' -9
23	true	'n = 3!' '12' '56'
24	false	'attempt to concatenate a table value'
25	true	'userdata' 9007199254740992
`)
}

// TestArithmetic compares with math/big, modulo 2^64.
func TestArithmetic(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 4))
	word := func() uint64 {
		special := []uint64{0, 1, 2, math.MaxUint64, math.MaxInt64, 1 << 63, 1 << 32}
		if i := r.IntN(20); i < len(special) {
			return special[i]
		}
		return r.Uint64() >> r.IntN(64)
	}
	value := func(n Integer) *big.Int {
		b, _ := new(big.Int).SetString(n.String(), 10)
		return b
	}
	modulus := new(big.Int).Lsh(big.NewInt(1), 64)
	for range 20_000 {
		unsigned := r.IntN(2) == 0
		a, b := Integer{word(), unsigned}, Integer{word(), unsigned}
		for _, op := range []byte("+-*/%^") {
			got, err := a.arithmetic(op, b)
			x, y, want := value(a), value(b), new(big.Int)
			if y.Sign() == 0 && (op == '/' || op == '%') || op == '^' && y.Sign() < 0 {
				if err == nil && op != '^' {
					t.Fatalf("%s %c %s = %s", a, op, b, got)
				}
				continue
			}
			switch op {
			case '+':
				want.Add(x, y)
			case '-':
				want.Sub(x, y)
			case '*':
				want.Mul(x, y)
			case '/':
				want.Quo(x, y)
			case '%':
				want.Rem(x, y)
			case '^':
				want.Exp(x, y, modulus)
			}
			if want.Mod(want, modulus); err != nil || want.Uint64() != got.bits || got.unsigned != unsigned {
				t.Fatalf("%s %c %s = %s, %v, want bits %s", a, op, b, got, err, want)
			}
		}
		if c := value(a).Cmp(value(b)); c != a.compare(b) {
			t.Fatalf("%s and %s compare as %d", a, b, a.compare(b))
		}
		if back, err := ParseInteger(a.String(), unsigned); err != nil || back != a {
			t.Fatalf("%s is read as %s, %v", a, back, err)
		}
	}
}
