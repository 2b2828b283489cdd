package extension

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"
)

func TestJSON(t *testing.T) {
	same(t, `
local encode, decode = json.encode, json.decode
local function again(s, ...) return encode(decode(s), ...) end
local deep = {} do local t = deep for i = 1, 1000 do t[1] = {} t = t[1] end end
local shared = {1}
for i, row in ipairs{
	function() return encode(nil), encode(true), encode(0), encode(-0.5), encode(1e21), encode(1e-7), encode(2^53), encode("x") end,
	function() return encode{}, encode{1, 2, 3}, encode{b = 1, a = {}}, encode{1, nil, 3}, encode{{}, {{}}} end,
	function() return encode("\0\1\31\"\\/\b\f\n\r\t\127é\226\128\168") end,
	function() return encode{json.null, int64("9007199254740993"), uint64("18446744073709551615")} end,
	function() return encode(json.object()), encode(json.object{}), encode(json.object{a = 1}), again("{}"), again("[]"), again('{"a":{},"b":[]}') end,
	function() return encode({1, {a = 2, b = {}}, {}}, {indent = 2}) end,
	function() return encode({a = {1}, b = json.object()}, {indent = "\t"}) end,
	function() return encode({shared, shared}) end,
	function() return encode(deep) end,
	function() local t = {} t[1] = {a = {t}} return encode(t) end,
	function() local t = {} t.x = {} t.x.y = {t.x} return encode(t) end,
	function() return encode({x = {["a b"] = {[2.5] = 1}}}) end,
	function() return encode({x = {[{}] = 1}}) end,
	function() return encode({[20] = 1}) end,
	function() return encode({a = "ok\237\160\128"}) end,
	function() return encode(1/0) end,
	function() return encode(io.stdout) end,
	function() return encode() end,
	function() return json.object(setmetatable({}, {})) end,
	function() return decode("null") == json.null, tostring(json.null), decode("true"), decode("false"), decode(' "a" '), decode("[1,[2]]")[2][1] end,
	function() return decode("0"), decode("-0"), 1 / decode("-0"), decode("1.5e3"), decode("1E+2"), decode("-12e-1"), decode("1e-400") end,
	function() return decode("9007199254740992"), decode("9007199254740993"), decode("-9223372036854775808"), decode("18446744073709551615"), decode("100000000000000000000") end,
	function() return type(decode("9007199254740992")), type(decode("9007199254740993")), type(decode("123456789012345")), type(decode("1234567890123456")) end,
	function() return decode("100000000000000000001") end,
	function() return decode([["\u00e9\ud83d\ude00\/\b\f\n\r\t\"\\ x\u0000"]]) end,
	function() return decode('{"a":1,"b":2,"a":3}').a end,
	function() return #decode("[null,null]"), decode("[null]")[1] == json.null end,
	function() return again('{"b":[1,2,{"c":null}],"a":"\\u0041"}') end,
	function() return decode(("["):rep(1000) .. ("]"):rep(1000)) and true end,
	function() return decode(("["):rep(1001) .. ("]"):rep(1001)) end,
	function() return decode(("["):rep(1e6)) end,
	function() return decode("") end,
	function() return decode("  ") end,
	function() return decode("1 2") end,
	function() return decode("[1\n,\n2 3]") end,
	function() return decode("[01]") end,
	function() return decode("[1.]") end,
	function() return decode("-") end,
	function() return decode("+1") end,
	function() return decode("[1,]") end,
	function() return decode('{"a":1,}') end,
	function() return decode('{"a" 1}') end,
	function() return decode('"abc') end,
	function() return decode('"a\nb"') end,
	function() return decode('"\\x"') end,
	function() return decode('"\\u12"') end,
	function() return decode('"\\ud800x"') end,
	function() return decode('"\\ud800\\u0041"') end,
	function() return decode('"\\udc00"') end,
	function() return decode('"a\255"') end,
	function() return decode("nul") end,
	function() return decode("\239\187\1911") end,
	function() return decode("1e999") end,
	function() return decode("NaN") end,
	function() return decode("\0") end,
	function() return decode("1\0") end,
	function() return decode('"\\') end,
} do show(i, row) end`, jsonWanted)
}

const jsonWanted = `1	true	'null' 'true' '0' '-0.5' '1e+21' '1e-7' '9007199254740992' '"x"'
2	true	'[]' '[1,2,3]' '{"a":[],"b":1}' '[1,null,3]' '[[],[[]]]'
3	true	'"\u0000\u0001\u001f\"\\/\b\f\n\r\t\127.\195.\169.\226.\128.\168."'
4	true	'[null,9007199254740993,18446744073709551615]'
5	true	'{}' '{}' '{"a":1}' '{}' '[]' '{"a":{},"b":[]}'
6	true	'[\10.  1,\10.  {\10.    "a": 2,\10.    "b": []\10.  },\10.  []\10.]'
7	true	'{\10.\9."a": [\10.\9.\9.1\10.\9.],\10.\9."b": {}\10.}'
8	true	'[[1],[1]]'
9	false	'json.encode: ...[1][1][1][1][1][1][1][1] is more than 1000 tables deep, and cannot be JSON'
10	false	'json.encode: [1].a[1] is the value again: a table that stands in itself cannot be JSON'
11	false	'json.encode: .x.y[1] is .x again: a table that stands in itself cannot be JSON'
12	false	'json.encode: .x["a b"] is a table with the key 2.5, and cannot be JSON: keys are 1 to n, or strings'
13	false	'json.encode: .x is a table with a table as a key, and cannot be JSON'
14	false	'json.encode: the value is a table with the key 20, and cannot be JSON: keys are 1 to n, or strings'
15	false	'json.encode: .a is a string that is no UTF-8 from byte 3 on, and cannot be JSON'
16	false	'json.encode: the value is +Inf, and cannot be JSON'
17	false	'json.encode: the value is a userdata, and cannot be JSON'
18	false	'json.encode: it takes a value'
19	false	'json.object: the table has a metatable already: set __jsontype = "object" there'
20	true	true 'null' true false 'a' 2
21	true	0 -0 -Inf 1500 100 -1.2 0
22	true	9007199254740992 9007199254740993 -9223372036854775808 18446744073709551615 1e+20
23	true	'number' 'userdata' 'number' 'number'
24	false	'json.decode: line 1, byte 1: the integer 100000000000000000001 has more than 64 bits, and is no number either'
25	true	'\195.\169.\240.\159.\152.\128./\8.\12.\10.\13.\9."\ x\0.'
26	true	3
27	true	2 true
28	true	'{"a":"A","b":[1,2,{"c":null}]}'
29	true	true
30	false	'json.decode: line 1, byte 1001: more than 1000 values stand in each other'
31	false	'json.decode: line 1, byte 1001: more than 1000 values stand in each other'
32	false	'json.decode: line 1, byte 1: a value must stand here, but the text ends'
33	false	'json.decode: line 1, byte 3: a value must stand here, but the text ends'
34	false	'json.decode: line 1, byte 3: the end must stand here, but '2' does'
35	false	'json.decode: line 3, byte 8: ',' or ']' must stand here, but '3' does'
36	false	'json.decode: line 1, byte 3: ',' or ']' must stand here, but '1' does'
37	false	'json.decode: line 1, byte 4: a digit must stand here, but ']' does'
38	false	'json.decode: line 1, byte 2: a digit must stand here, but the text ends'
39	false	'json.decode: line 1, byte 1: a value must stand here, but '+' does'
40	false	'json.decode: line 1, byte 4: a value must stand here, but ']' does'
41	false	'json.decode: line 1, byte 8: a key in quotes must stand here, but '}' does'
42	false	'json.decode: line 1, byte 6: ':' must stand here, but '1' does'
43	false	'json.decode: line 1, byte 5: '"' must stand here, but the text ends'
44	false	'json.decode: line 1, byte 3: the control character \010 must be escaped in a string'
45	false	'json.decode: line 1, byte 2: there is no such escape in JSON'
46	false	'json.decode: line 1, byte 2: \u needs four hexadecimal digits'
47	false	'json.decode: line 1, byte 2: half of a surrogate pair is no character'
48	false	'json.decode: line 1, byte 2: half of a surrogate pair is no character'
49	false	'json.decode: line 1, byte 2: half of a surrogate pair is no character'
50	false	'json.decode: line 1, byte 3: the byte \255 is no UTF-8'
51	false	'json.decode: line 1, byte 1: a value must stand here, but 'n' does'
52	false	'json.decode: line 1, byte 1: a value must stand here, but '\239.\187.\191.' does'
53	false	'json.decode: line 1, byte 1: the number 1e999 is out of range'
54	false	'json.decode: line 1, byte 1: a value must stand here, but 'N' does'
55	false	'json.decode: line 1, byte 1: a value must stand here, but '\000' does'
56	false	'json.decode: line 1, byte 2: the end must stand here, but '\000' does'
57	false	'json.decode: line 1, byte 2: there is no such escape in JSON'
`

// goValue is what encoding/json makes of the same text, numbers by their value.
func goValue(v lua.LValue) any {
	switch v := v.(type) {
	case lua.LBool:
		return bool(v)
	case lua.LNumber:
		return float64(v)
	case lua.LString:
		return string(v)
	case *lua.LUserData:
		if n, ok := ToInteger(v); ok {
			return json.Number(n.String())
		}
		return nil
	case *lua.LTable:
		if n := v.Len(); n > 0 || !isObject(v) && v.MaxN() == 0 && emptyTable(v) {
			list := make([]any, n)
			for i := range list {
				list[i] = goValue(v.RawGetInt(i + 1))
			}
			return list
		}
		m := map[string]any{}
		v.ForEach(func(k, x lua.LValue) { m[k.String()] = goValue(x) })
		return m
	}
	return fmt.Sprintf("a %T", v)
}

func emptyTable(t *lua.LTable) bool {
	k, _ := t.Next(lua.LNil)
	return k == lua.LNil
}

// asNumbers turns json.Number into what a number holds exactly; it reports whether
// the text is one that encoding/json takes and this package refuses.
func asNumbers(v any) (any, bool) {
	switch v := v.(type) {
	case json.Number:
		f, err := v.Float64()
		if err != nil {
			return nil, true
		}
		if strings.ContainsAny(v.String(), ".eE") {
			return f, false
		}
		n, _ := new(big.Int).SetString(v.String(), 10)
		if exact, _ := new(big.Float).SetFloat64(f).Int(nil); math.Abs(f) <= Exact && exact.Cmp(n) == 0 {
			return f, false
		} else if n.IsInt64() || n.IsUint64() {
			return json.Number(n.String()), false
		} else if exact.Cmp(n) == 0 {
			return f, false
		}
		return nil, true
	case []any:
		for i := range v {
			x, refused := asNumbers(v[i])
			if refused {
				return nil, true
			}
			v[i] = x
		}
	case map[string]any:
		for k := range v {
			x, refused := asNumbers(v[k])
			if refused {
				return nil, true
			}
			v[k] = x
		}
	}
	return v, false
}

// FuzzJSON compares with encoding/json, and encodes what was decoded again.
func FuzzJSON(f *testing.F) {
	for _, s := range []string{`{"a":[1,2.5,-3e7,null,true],"b":{"c":"\u00e9\n"}}`, `[]`, `{}`, `[{}]`, `9007199254740993`, `"\ud83d\ude00"`, `[1,`,
		`{"a":1,"a":2}`, `1e400`, `-0`, `18446744073709551616`, "\"\xff\"", ` [ 1 , 2 ] `, `"\ud800"`, `{"":{"":[[]]}}`, `tru`, `"\u0000"`, `{"1":1}`} {
		f.Add(s)
	}
	var out strings.Builder
	L := newState(f, &out)
	f.Fuzz(func(t *testing.T, text string) {
		defer L.SetTop(0)
		got, err := DecodeJSON(L, text, Null(L))
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		var want any
		valid := json.Valid([]byte(text)) && d.Decode(&want) == nil
		if err != nil {
			deep := strings.Count(text, "[")+strings.Count(text, "{") > jsonNesting
			if _, refused := asNumbers(want); valid && !refused && !deep && utf8.ValidString(text) && !strings.Contains(text, `\ud`) && !strings.Contains(text, `\uD`) {
				t.Fatalf("%q is refused: %v", text, err)
			}
			return
		}
		if !valid {
			t.Fatalf("%q is taken", text)
		}
		if want, _ = asNumbers(want); !reflect.DeepEqual(goValue(got), want) {
			t.Fatalf("%q is\n%#v, not\n%#v", text, goValue(got), want)
		}
		for _, indent := range []string{"", " "} {
			again, err := AppendJSON(nil, got, indent)
			if err != nil {
				t.Fatalf("%q: %v", text, err)
			}
			back, err := DecodeJSON(L, string(again), Null(L))
			if err != nil || !reflect.DeepEqual(goValue(back), want) {
				t.Fatalf("%q is written as %q: %v", text, again, err)
			}
		}
	})
}

func BenchmarkJSON(b *testing.B) {
	var out strings.Builder
	L := newState(b, &out)
	var text []byte
	for i := range 1000 {
		text = fmt.Appendf(text, `,{"id":%d,"load":%v,"name":"stage %d","ok":true,"tags":["a","b","c"]}`, i, float64(i)/7, i)
	}
	text[0] = '['
	text = append(text, ']')
	b.Run("decode", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := DecodeJSON(L, string(text), lua.LNil); err != nil {
				b.Fatal(err)
			}
		}
	})
	v, err := DecodeJSON(L, string(text), lua.LNil)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("encode", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := AppendJSON(nil, v, ""); err != nil {
				b.Fatal(err)
			}
		}
	})
}
