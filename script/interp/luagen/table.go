package luagen

import "strings"

// sequence returns a constructor of numbers and the number of items that it has at least.
func (g *expressions) sequence() (string, int) {
	n := g.r.IntN(7)
	if g.chance(4) {
		n = 45 + g.r.IntN(60)
	}
	var items []string
	for range n {
		d := 1
		if n > 10 {
			d = 0
		}
		items = append(items, g.number(d))
	}
	sep := g.pick(",", ",", ";")
	s := strings.Join(items, sep+soft)
	switch g.r.IntN(8) {
	case 0:
		if n > 0 {
			s += sep + soft + "id(" + g.number(1) + "," + soft + g.number(1) + ")"
		}
	case 1:
		if n > 0 {
			s += sep
		}
	case 2:
		if n > 0 {
			s += sep + soft + "k" + soft + "=" + soft + "id(" + g.number(0) + ", 2)"
		}
	}
	return "{" + s + "}", n
}

// record returns a constructor of a record: its fields come in any order, among others.
func (g *expressions) record() string {
	fields := []string{
		g.key("a") + g.value(number, 1),
		g.key("b") + g.value(number, 2),
		g.key("s") + g.value(text, 1),
		g.key("m") + "function(self, x)" + soft + g.methodBody() + " end",
	}
	for g.chance(40) {
		fields = append(fields, g.pick(g.any(1), "["+g.literal()+"] = "+g.any(1), "[false] = 1", "{}", "sub = {a = 1}"))
	}
	if g.chance(40) {
		fields = append(fields, g.key("o")+g.any(2))
	}
	g.r.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
	return "{" + strings.Join(fields, g.pick(",", ";")+soft) + g.pick("", ",", ";") + "}"
}

func (g *expressions) key(name string) string {
	return g.pick(name, name, name, `["`+name+`"]`) + soft + "=" + soft
}

func (g *expressions) methodBody() string {
	return g.pick("return self.a + x", "self.a = (x + 1) % 50 return x", "return self.b - x",
		"local a = self.a if x > a then return x end return a", "self.o = self.o and x or self.s return #self.s",
		"return (x and self.a or self.b)", "self.a, self.b = self.b, x % 100 return self.a")
}
