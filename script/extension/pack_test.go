package extension

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// Rows of Lua 5.3's manual, §6.4.2, and of its tpack.lua, with what they give.
var packRows = []struct{ code, want string }{
	{`pack("<i4", 7)`, `true '\7.\0.\0.\0.'`},
	{`pack(">i4", -2)`, `true '\255.\255.\255.\254.'`},
	{`pack("<I3", 0x010203)`, `true '\3.\2.\1.'`},
	{`pack("<i16", -3)`, `true '\253.` + strings.Repeat(`\255.`, 15) + `'`},
	{`pack("b", 128)`, `false 'bad argument #2 to 'pack' (integer overflow)'`},
	{`pack("b", -129)`, `false 'bad argument #2 to 'pack' (integer overflow)'`},
	{`pack("B", 256)`, `false 'bad argument #2 to 'pack' (unsigned overflow)'`},
	{`pack("B", -1)`, `false 'bad argument #2 to 'pack' (unsigned overflow)'`},
	{`pack("i", 1.5)`, `false 'bad argument #2 to 'pack' (number has no integer representation)'`},
	{`pack("i", 2^63)`, `false 'bad argument #2 to 'pack' (number has no integer representation)'`},
	{`pack("i", "x")`, `false 'bad argument #2 to 'pack' (number expected, got string)'`},
	{`pack("i", nil)`, `false 'bad argument #2 to 'pack' (number expected, got nil)'`},
	{`pack("<i2", "12")`, `true '\12.\0.'`},
	{`pack("<f", 1.5)`, `true '\0.\0.\192.?'`},
	{`pack(">d", -1)`, `true '\191.\240.\0.\0.\0.\0.\0.\0.'`},
	{`pack("c5", "abc")`, `true 'abc\0.\0.'`},
	{`pack("c2", "abc")`, `false 'bad argument #2 to 'pack' (string longer than given size)'`},
	{`pack("c", "abc")`, `false 'missing size for format option 'c''`},
	{`pack("s1", ("x"):rep(256))`, `false 'bad argument #2 to 'pack' (string length does not fit in given size)'`},
	{`pack("<s2", "ab")`, `true '\2.\0.ab'`},
	{`pack("z", "ab")`, `true 'ab\0.'`},
	{`pack("z", "a\0b")`, `false 'bad argument #2 to 'pack' (string contains zeros)'`},
	{`pack("i0", 1)`, `false 'integral size (0) out of limits [1,16]'`},
	{`pack("i17", 1)`, `false 'integral size (17) out of limits [1,16]'`},
	{`pack("!17", 1)`, `false 'integral size (17) out of limits [1,16]'`},
	{`pack("q", 1)`, `false 'invalid format option 'q''`},
	{`pack("<!4 b i4 b", 1, 2, 3)`, `true '\1.\0.\0.\0.\2.\0.\0.\0.\3.'`},
	{`pack("<!4 b Xi4 b", 1, 2)`, `true '\1.\0.\0.\0.\2.'`},
	{`pack("X", 1)`, `false 'bad argument #1 to 'pack' (invalid next option for option 'X')'`},
	{`pack("Xz", 1)`, `false 'bad argument #1 to 'pack' (invalid next option for option 'X')'`},
	{`pack("Xc1", 1)`, `false 'bad argument #1 to 'pack' (invalid next option for option 'X')'`},
	{`pack("!4 i3", 1)`, `false 'bad argument #1 to 'pack' (format asks for alignment not power of 2)'`},
	{`pack("bxb", 1, 2)`, `true '\1.\0.\2.'`},
	{`pack("i1 \0 nothing after", 1)`, `true '\1.'`},
	{`packsize("!8 b i8 i2")`, `true 18`},
	{`packsize("c10 i16 d")`, `true 34`},
	{`packsize("s")`, `false 'bad argument #1 to 'packsize' (variable-length format)'`},
	{`packsize("z")`, `false 'bad argument #1 to 'packsize' (variable-length format)'`},
	{`packsize("c2147483639")`, `true 2147483639`},
	{`packsize("c2147483647")`, `false 'invalid format option '7''`},
	{`packsize("c2147483639c9")`, `false 'bad argument #1 to 'packsize' (format result too large)'`},
	{`packsize("c21474836480")`, `false 'invalid format option '8''`},
	{`unpack("<i4", "\7\0\0\0")`, `true 7 5`},
	{`unpack("<i2i2", "\1\0\255\255", 1)`, `true 1 -1 5`},
	{`unpack("<I2", "\1\0\255\255", -2)`, `true 65535 5`},
	{`unpack("i4", "abc")`, `false 'bad argument #2 to 'unpack' (data string too short)'`},
	{`unpack("b", "abc", 4)`, `false 'bad argument #2 to 'unpack' (data string too short)'`},
	{`unpack("b", "abc", 5)`, `false 'bad argument #3 to 'unpack' (initial position out of string)'`},
	{`unpack("b", "abc", 0)`, `false 'bad argument #3 to 'unpack' (initial position out of string)'`},
	{`unpack("b", "abc", -4)`, `false 'bad argument #3 to 'unpack' (initial position out of string)'`},
	{`unpack("", "abc", 4)`, `true 4`},
	{`unpack("z", "abc")`, `true 'abc' 5`},
	{`unpack("zB", "abc\0\9")`, `true 'abc' 9 6`},
	{`unpack("<s1", "\3ab")`, `false 'bad argument #2 to 'unpack' (data string too short)'`},
	{`unpack("<s1", "\2abc")`, `true 'ab' 4`},
	{`unpack("<s4", ("\255"):rep(9))`, `false 'bad argument #2 to 'unpack' (data string too short)'`},
	{`unpack("zb", "abc")`, `false 'bad argument #2 to 'unpack' (data string too short)'`},
	{`unpack("c2", "abc")`, `true 'ab' 3`},
	{`unpack("c0", "")`, `true '' 1`},
	{`unpack("<i16", ("\255"):rep(16))`, `true -1 17`},
	{`unpack("<i16", ("\255"):rep(15) .. "\0")`, `false '16-byte integer does not fit into Lua Integer'`},
	{`unpack("<I9", ("\1"):rep(9))`, `false '9-byte integer does not fit into Lua Integer'`},
	{`unpack("<i8", ("\255"):rep(7) .. "\127")`, `true 9223372036854775807 9`},
	{`unpack(">i8", "\128" .. ("\0"):rep(7))`, `true -9223372036854775808 9`},
	{`unpack("<!4 b i4", "\1\0\0\0\2\0\0\0")`, `true 1 2 9`},
	{`unpack("<!4 b i4", "x\1\0\0\2\0\0\0", 2)`, `true 1 2 9`},
	{`unpack("<f", "\0\0\192?")`, `true 1.5 5`},
	{`unpack("i", 5)`, `false 'bad argument #2 to 'unpack' (data string too short)'`},
	{`unpack({}, "")`, `false 'bad argument #1 to 'unpack' (string expected, got table)'`},
}

// packScript calls each row's function by its name, which errors tell.
func packScript() string {
	var b strings.Builder
	for i, row := range packRows {
		fmt.Fprintf(&b, "show(%d, function() local r = {string.%s} return (table.unpack or unpack)(r) end)\n", i, row.code)
	}
	return b.String()
}

func packWanted() string {
	var b strings.Builder
	for i, row := range packRows {
		ok, value, _ := strings.Cut(row.want, " ")
		fmt.Fprintf(&b, "%d\t%s\t%s\n", i, ok, value)
	}
	return b.String()
}

func TestPack(t *testing.T) { same(t, packScript(), packWanted()) }
func TestPackRows(t *testing.T) {
	compare(t, printed(t, "lua5.3", preamble+packScript()), packWanted())
}
func TestPack53(t *testing.T)   { both(t, "lua5.3", randomPacks(2000, false)) }
func TestUnpack53(t *testing.T) { both(t, "lua5.3", randomPacks(2000, true)) }

// both runs a script here and there.
func both(t *testing.T, program, code string) {
	t.Helper()
	same(t, code, printed(t, program, preamble+code))
}

// randomPacks are formats of all kinds, with values that mostly suit them.
func randomPacks(n int, unpack bool) string {
	r := rand.New(rand.NewPCG(5, 3))
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	var b strings.Builder
	for range n {
		var format, values strings.Builder
		for range 1 + r.IntN(5) {
			format.WriteString(pick("", "", " ", "<", ">", "=", "!", "!2", "!4", "!8", "x", "Xi4", "Xd", "X", "!3", "Xi3"))
			switch r.IntN(6) {
			case 0, 1, 2:
				format.WriteString(pick("b", "B", "h", "H", "i", "I", "l", "L", "j", "T", "i1", "i2", "i3", "i5", "i7", "i8", "i11", "i16", "I1", "I2", "I4", "I6", "I7"))
				fmt.Fprintf(&values, ", %s", pick("0", "1", "-1", "127", "128", "-128", "255", "256", "32767", "65535", "-32769", "2^31", "2^32", "2^40+3", "-2^52", "2^53-1", "0.5", "'7'"))
			case 3:
				format.WriteString(pick("f", "d", "n"))
				fmt.Fprintf(&values, ", %s", pick("0", "1.5", "-1e300", "1/0", "0.1", "1e-310", "16777217.5"))
			case 4:
				format.WriteString(pick("s", "s1", "s2", "s4", "z", "s3", "s8"))
				fmt.Fprintf(&values, ", %q", pick("", "a", "bcd", "some longer text"))
			case 5:
				format.WriteString(pick("c0", "c1", "c3", "c20"))
				fmt.Fprintf(&values, ", %q", pick("", "a", "bcd"))
			}
		}
		if unpack {
			data := make([]byte, r.IntN(60))
			for i := range data {
				if r.IntN(2) == 0 {
					data[i] = pick("\x00", "\x01", "\xff", "\x7f", "a")[0]
				}
			}
			if strings.ContainsAny(format.String(), "JTL") {
				continue // what is more than 2^63 is negative there
			}
			fmt.Fprintf(&b, "show(%q, function() local r = {string.unpack(%q, %s, %d)} return (table.unpack or unpack)(r) end)\n",
				format.String(), format.String(), luaString(data), 1+r.IntN(3))
			continue
		}
		fmt.Fprintf(&b, "show(%q, function() local r = string.pack(%q%s) return r end)\n", format.String(), format.String(), values.String())
	}
	return b.String()
}

func luaString(b []byte) string {
	var s strings.Builder
	s.WriteByte('"')
	for _, c := range b {
		fmt.Fprintf(&s, "\\%03d", c)
	}
	return s.String() + `"`
}

func TestPackIntegers(t *testing.T) {
	same(t, `
local function back(f, v) return string.unpack(f, string.pack(f, v)) end
show(1, back, "<i8", int64("-9223372036854775808"))
show(2, back, ">j", int64("9007199254740993"))
show(3, back, "<J", uint64("18446744073709551615"))
show(4, back, "<I8", int64(-1))
show(5, back, "<i8", uint64(5))
show(6, function() local r = string.pack("i8", uint64("9223372036854775808")) return r end)
show(7, function() local r = string.pack("i4", int64("2147483648")) return r end)
show(8, back, "j", "9007199254740993")
show(9, back, "i8", 2^53)
show(10, back, ">i12", int64("-9007199254740993"))
`, `1	true	-9223372036854775808 9
2	true	9007199254740993 9
3	true	18446744073709551615 9
4	true	18446744073709551615 9
5	true	5 9
6	false	'bad argument #2 to 'pack' (integer overflow)'
7	false	'bad argument #2 to 'pack' (integer overflow)'
8	true	9007199254740993 9
9	true	9007199254740992 9
10	true	-9007199254740993 13
`)
}

// FuzzPack: what a format unpacks from bytes, it packs to bytes that unpack to
// the same.
func FuzzPack(f *testing.F) {
	for _, s := range []string{"<i4z", "!8 b Xi8 j s2", "c3f", "=I7 >d x z", "i16", "X", "!3i3", "s"} {
		f.Add(s, "\x01\x00\x00\x00abc\x00defghijklmnopqrstuvwxyz0123456789")
	}
	var out strings.Builder
	L := newState(f, &out)
	if err := L.DoString(`
function check(format, data)
	if format:find("%d%d%d") then return end
	local first = {pcall(string.unpack, format, data)}
	if not first[1] then return end
	local values = {}
	for i = 2, #first - 1 do values[#values + 1] = first[i] end
	local packed = string.pack(format, unpack(values))
	local second = {string.unpack(format, packed)}
	for i = 1, #values do
		local a, b = values[i], second[i]
		assert(a == b or a ~= a and b ~= b, format)
	end
	assert(string.pack(format, unpack(second, 1, #values)) == packed, format)
end`); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, format, data string) {
		defer L.SetTop(0)
		L.Push(L.GetGlobal("check"))
		L.Push(luaText(format))
		L.Push(luaText(data))
		if err := L.PCall(2, 0, nil); err != nil {
			t.Fatal(err)
		}
	})
}
