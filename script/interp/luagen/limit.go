package luagen

import (
	"fmt"
	"strings"
)

// limits returns a statement that comes near a limit of lua5.1's compiler.
func limits(g *expressions) string {
	switch g.r.IntN(9) {
	case 0:
		return manyLocals(150 + g.r.IntN(40))
	case 1:
		return manyUpvalues(50 + g.r.IntN(10))
	case 2:
		return manyConstants(g, 200+g.r.IntN(400))
	case 3:
		n := 50 + g.r.IntN(120)
		return "print(" + strings.Repeat("(", n) + g.number(2) + strings.Repeat(")", n) + ")"
	case 4:
		n := 20 + g.r.IntN(150)
		return strings.Repeat("do ", n) + "print(" + g.any(2) + ")" + strings.Repeat(" end", n)
	case 5:
		n := 10 + g.r.IntN(30)
		return "print((" + strings.Repeat("function() return ", n) + g.number(0) + strings.Repeat(" end", n) + ")" +
			strings.Repeat("()", n) + ")"
	case 6:
		return manyRegisters(100 + g.r.IntN(90))
	case 7:
		n := 50 + g.r.IntN(100)
		return "print(" + strings.Repeat(g.quoted()+soft+".."+soft, n) + g.quoted() + ")"
	default:
		return manyFields(300 + g.r.IntN(400))
	}
}

func numbered(n int, format, sep string) string {
	list := make([]string, n)
	for i := range list {
		list[i] = strings.ReplaceAll(format, "#", fmt.Sprint(i+1))
	}
	return strings.Join(list, sep)
}

func manyLocals(n int) string {
	last := fmt.Sprint(n)
	return "do\nlocal " + numbered(n, "l#", ", ") + " = " + numbered(n, "#", ", ") +
		"\nlocal function f() l1 = l1 + l" + last + " return l1 end\nprint(f(), l1, l" + last + ", l100 .. l" + last +
		")\nend"
}

func manyUpvalues(n int) string {
	return "do\nlocal " + numbered(n, "l#", ", ") + " = " + numbered(n, "#", ", ") +
		"\nlocal function f() " + numbered(n, "l# = l# + 1", " ") + " return " + numbered(n, "l#", " + ") +
		" end\nprint(f(), f(), l1)\nend"
}

// manyConstants puts so many constants into a function that operands no longer hold their
// indexes.
func manyConstants(g *expressions, n int) string {
	last := fmt.Sprint(n)
	return "do\nlocal t, x = {" + numbered(n, `"s#"`, ", ") + "}, " + g.number(1) +
		"\nt.late, t[x] = 10000.5, t.s1 x = x + 20000.5 t.f = function(self, v) return self.late, v end\n" +
		"print(#t, t[" + last + "], t.late, x, x == 30000.5, 40000.5 < x, \"z\" .. x, 50000.5 - x, " +
		"t:f(60000.5))\nprint(pcall(function() return t.nothing.field end))\n" +
		"local y = x > 70000.5 and \"late1\" or t.nope == \"late2\" or \"late3\" gx = \"late4\" print(y, gx, " +
		"t[\"late5\"]) gx = nil\nend"
}

func manyRegisters(n int) string {
	return "do\nlocal t = {id(" + numbered(n, "#", ", ") + ")} print(#t, t[" + fmt.Sprint(n) + "], select(" +
		fmt.Sprint(n-1) + ", unpack(t)))\n" +
		"print((" + numbered(n, "t[#]", " .. ") + "):len())\nend"
}

func manyFields(n int) string {
	return "do\nlocal t = {" + numbered(n, "f# = #,", " ") + " " + numbered(n, "#", ", ") +
		"}\nlocal s = 0 for k, v in pairs(t) do s = s + v end print(s, #t, t.f300, t[300])\nend"
}
