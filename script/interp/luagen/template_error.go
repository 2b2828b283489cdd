package luagen

// raising returns an expression that makes the virtual machine raise an error.
func (g *gen) raising() string {
	return g.fill(errorExpressions[g.r.IntN(len(errorExpressions))])
}

// failing returns a statement that raises an error.
func (g *gen) failing() string {
	return g.fill(errorStatements[g.r.IntN(len(errorStatements))])
}

// uncaught returns the statements that end a program with an error.
func (g *gen) uncaught() string {
	return g.fill(template(g.pick("$X", "$X", "print($C)", "local $1@=@$C", "error($q)", "error($q, 0)", "error({})", "error()",
		"local function $1(x)@error(x .. 1, 2) end\n$1($q)", "(function()@$X end)()", `local $1 = coroutine.wrap(function() $X end)
$1()`)))
}

var errorExpressions = []template{
	"nope@+@$N", "$N@«+¦-¦*¦/¦%¦^»@nope", "nope.x", "nope.x.y", "nope[$N]", "nope()", "nope:m($a)", "-{}", "-nope", "-nope.x", "#nope", "#$i",
	"nope@..@$q", "$q@..@nope", "{}@..@$q", "$q@..@$i@..@{}", "$i@<@$q", "$q@<=@$i", "{}@<@{}", "nope@<@$i", "{}@>=@$i", "print@<@print", "true@<@false", "nil@>@$i",
	"({}).x.y", "({}).x()", "({}):m()", "(nil)()", "($q)()", "($q):nope()", "($q).x.y", "gn.x.y", "gn()", "gn:m()", "(1)[nil]()",
	`$q@+@"x"`, "{}@+@$i", "$i@+@{}", "{}@*@{}", "ga@+@nope", "(nil)@+@$i", "(nil).x", "true@..@$q", "(function() end)@+@$i", "(function() end)().x",
	"setmetatable({}, {__index = function(t, k) return k.x.y end}).z", "tostring()", "ipairs()", "setmetatable($i, {})", `("x"):rep({})`, `("x"):bad()`,
	"string.rep()", `string.format("%d", "x")`, "math.floor({})", `select(0, $a)`, "table.concat({{}})", "tonumber({}, 99)", "unpack()", `rawset($i, 2, 3)`,
	"error($q)", "error($q, 0)", "error($q,@2)", "error()", "error(nil)", "error($i)", "assert(false)", "assert(nil, $q)", "assert(false, $q, $a)", "(function()@return nope.x end)()",
	"(function(a)@return a.x end)()", "(function(a)@return a@+@1 end)()", "(function(a, b)@return b() end)()", "(function(a) return function()@return a.b end end)()()",
	"loadstring(nil)", "(select(2, $i, nil))@+@$i",
}

var errorStatements = []template{
	"local $1 = $C", "local $1; $1@=@$1@.@x", "local $1; $1@.@x@=@$a", "local $1@=@$a;@local $2; $2()", "local $1 = {}; $1.x.y = $a", "local $1 = {}; $1.x()", "local $1 = {}; $1:x($a)",
	"local $1 = {}; $1[nil]@=@$a", "local $1 = {}; $1[0/0]@=@$a", "nope($a)", "nope.x($a)", "nope.x@=@$a", "nope.x.y = $a", "nope:x()", `for $1 = «"x"¦nil¦{}¦$q .. "z"», $N do end`, `for $1 = 1,@«"x"¦nil¦{}» do end`,
	`for $1@=@1,@2,@«"x"¦nil¦{}» do end`, "for $1 in «nil¦$i¦{}¦$q» do end", "for $1@in@nope@do end", "for $1 in pairs(nope) do end", "for $1 in ipairs() do end", "error($q)", "error({}, 2)", "error($a)",
	"local $1 = function()@local $2;@return $2.x end;@$1()", "local $1; local function $2()@return $1@+@1 end $2()", "local $1; local function $2()@$1.x@=@1 end $2()", "local $1; local function $2() return $1() end $2()",
	"local $1, $2@=@{}; $1.x =@$2.y", "local $1 = $C@«and¦or» $C", "if $C then $B end", "while $C do $B end", "repeat local $1 = $C until true", "local $1 = {$a,@$C,@$a}", "local $1 = {x = $a,@y =@$C}",
	"print($a,@$C,@$a)", "local $1 = #nope", "local $1 = {} local $2 = {} local $3 = $1 < $2", "local $1 = {}; $1 = $1@..@$q", "local $1 = {a = {}}; $1.a.b.c =@$a", "local $1 = {}; local $2@=@$1.a.b", "local $1 = {[nil] = $a}",
	"string.rep(nil)", "setmetatable({},@$i)", "setfenv(1, nil)", "$v = $v@+@nope", "$w = $C", "(nope)()", "local $1 = {f = {}}; $1.f:g($a)", `local $1@=@$q; $1()`, "local $1@=@$a; $1 = $1@<@{}", "getmetatable($q).__index.nope()",
}

var failures = []template{
	"print(pcall(function()@return $C end))",
	"print(pcall(function()@$X end))",
	"print(select(2,@pcall(function(...)@$X end, $l)))",
	"local $1, $2 = pcall(function() $B $X end)\nprint($1, $2)",
	"print(pcall(error, $a))",
	"print(pcall(error))",
	"print(xpcall(function()@$X end, function(m)@return \"h:\" .. tostring(m) end))",
	"print(xpcall(function() return $l end, print))",
	"print(xpcall(function() $X end, function(m) return $l end))",
	"print(pcall(pcall))\nprint(pcall(pcall, error, $q))",
	"print(pcall(function() local ok, m = pcall(function()@$X end)@error(m, 0) end))",
	"local $1 = $n\nlocal function $2() $1 = $1 + 1 return $1 end\npcall(function() $2()@pcall(error)@$2() $X end)\nprint($2(), $1)\nprint($2(), $1)",
	"local $1\npcall(function() local x@=@$n; $1 = function() x = x + 1 return x end $X end)\nlocal function $2(«a, b, c, d¦...») local p, q, r = $N, $N, $N return p end\n$2(1, 2, 3)\nprint($1(), $1())",
	"local $1\nxpcall(function() local p, q, x = 0, 0, $n; $1 = function() x = x + 1 return x end $X end, function(m) $1() return m end)\nlocal function $2(a, b, c, d) return a end\n$2(1, 2, 3, 4)\nprint($1(), $1())",
	"local $1, $2 = $n, {}\nfor i = 1, 3 do\nlocal j = i\n$2[i] = function() j = j + $1 $1 = $1 + 1 return j end\npcall(function() $1 = $1 + 10; j = j * 2 if i == 2 then@$X end end)\nend\nprint($2[1](), $2[2](), $2[3](), $2[1](), $1)",
	"local $1 = setmetatable({}, {__tostring = function() return $q end})\nlocal ok, m = pcall(error, $1)\nprint(ok, m == $1, tostring(m))",
	"local ok, m = pcall(error, {code = $N})\nprint(ok, type(m), m.code)",
	"print((pcall(function() $B $X end)))\n$B",
	"local function $1(n) if n == 0 then@$X end $1(n - 1) return n end\nprint(pcall($1, $i))",
	"local function $1(n) if n == 0 then@return $C end return $1(n - 1) end\nprint(pcall($1, $i))",
	"local $1 = 0\nfor i = 1, 4 do\nlocal ok, m = pcall(function() if i % 2 == 0 then@$X end $1 = $1 + i return $1 end)\nprint(i, ok, «m¦ok and m¦type(m)»)\nend\nprint($1)",
	"print(select(\"#\", pcall(function() return $l end)))",
	"print(pcall(select, -1, $a, 3))",
	"local $1 = {}\nlocal ok = pcall(function() $1.a = $a $1.b@=@$C $1.c = 1 end)\nprint(ok, $1.a, $1.b, $1.c)",
	"print(pcall(string.rep))\nprint(pcall(setmetatable, 1))\nprint(pcall(ipairs))\nprint(pcall(string.format, \"%d\", \"z\"))",
	"local ok, m = pcall(function() local a = {} a = a.b.c.d end) print(ok, m)",
	"local $1 = $a\nlocal ok, m = pcall(function() local $2 = $1; $2 = $2@.@x@.@y end) print(ok, m)",
	"print(pcall(assert, $a, $q))\nprint(pcall(assert, 1, 2, 3))",
	"print(xpcall(function()@error($q) end, function(m) error(m) end))",
	"local $1 = $n\nprint(pcall(function() local ok = pcall(function() $1 = $1 + 1 $X end) $1 = $1 + 1 return ok, $1 end))\nprint($1)",
	"local function $1(f, ...) local r = {pcall(f, ...)} if r[1] then return unpack(r, 2) end return \"caught\", r[2] end\nprint($1(function(...) return $a, ... end, $l))\nprint($1(function() $X end))",
}

var levels = []template{
	"local function $1()@error($q,@«1¦2¦3») end\nlocal function $2()@$1()\nid() end\nprint(pcall($2))",
	"local function $1(x)@if not x then@error($q, 2) end return x end\nprint(pcall(function()@local a = $1(true)\nlocal b = $1(false) return a, b end))",
	"local $1 = {}\nfunction $1.f(x)@error(\"in f\", x) end\nprint(pcall(function() $1.f(1)\nend))\nprint(pcall(function() $1.f(2)\nend))\nprint(pcall($1.f, 0))",
	"print(pcall(function()\nlocal a = $n\nlocal b = $s\nid(a,\nb,\n$C,\n$n)\nend))",
	"print(pcall(function()\nlocal t = {\n$n,\n$s,\nx = $a,\n$C,\n$n}\nend))",
	"print(pcall(function()\nreturn $n\n«+¦-¦*»\n$n\n+\nnope\nend))",
	"print(pcall(function()\nlocal t = {}\nt.a\n.b\n.c =\n$n\nend))",
	"print(pcall(function()\nlocal s = $s\n..\n$s\n..\n{}\n..\n$s\nend))",
	"print(pcall(function()\nif $n\n<\n$s\nthen end\nend))",
	"print(pcall(function()\nnope(\n$n,\n$s\n)\nend))",
	"print(pcall(function()\nlocal x = id(\n$n\n)(\n$s\n)\nend))",
	"print(pcall(function()\nfor i =\n1,\n{}\ndo\nend\nend))",
	"print(pcall(function()\nlocal t = {}\nt:m(\n$n\n)\nend))",
	"print(pcall(function()\nreturn\n$C\nend))",
	"print(pcall(function()\nlocal a\nlocal b =\n$n\na\n.x = b\nend))",
	"print(pcall(function()\nfor k in\nid(\n5\n)\ndo\nid()\nend\nend))",
	"local function $1() return debug.traceback and 1 end\nprint($1())",
}
