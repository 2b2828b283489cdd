package interp

import (
	lua "github.com/yuin/gopher-lua"
)

// parser reads a source by recursive descent, and has builders make its functions on the
// way, as Lua 5.1's lparser.c does: the registers, the lines of instructions and the
// words of errors are then those of lua5.1.
type parser struct {
	*tokens
	b     *builder // the innermost function
	level int      // of constructs inside one another
}

// Compile makes the outermost function of a source. chunk is what errors call it. The
// error is a *SyntaxError.
func Compile(text, chunk string) (proto *lua.FunctionProto, err error) {
	p := &parser{tokens: &tokens{lexer: lexer{chunk: chunk, text: text, line: 1}, last: 1}}
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *SyntaxError:
			err = r
		default:
			panic(r)
		}
	}()
	b := p.open(0)
	b.proto.IsVarArg = lua.VarArgIsVarArg
	p.next()
	b.enterBlock(false)
	p.statements()
	p.check(tokEOF)
	b.leaveGotos(b.block)
	proto = p.shut()
	describe(proto, proto, nil)
	return proto, nil
}

func (p *parser) open(line int) *builder {
	b := &builder{outer: p.b}
	b.src, b.lastTarget, b.pending = p.tokens, -1, noJump
	b.proto = &lua.FunctionProto{SourceName: p.chunk, LineDefined: line, NumUsedRegisters: 2}
	if p.b != nil {
		b.scope.outer = &p.b.scope
	}
	p.b = b
	return b
}

// shut ends a function: the last instruction returns.
func (p *parser) shut() *lua.FunctionProto {
	b := p.b
	b.endLocals(0)
	b.ret(0, 0)
	b.proto.NumUpvalues = uint8(len(b.upvalues))
	p.b = b.outer
	return b.proto
}

func (p *parser) enter() {
	if p.level++; p.level > maxLevels {
		p.failLimit("chunk has too many syntax levels")
	}
}

func (p *parser) leave() { p.level-- }

// endsBlock reports whether a token ends a block of statements.
func endsBlock(k kind) bool {
	switch k {
	case tokElse, tokElseif, tokEnd, tokEOF, tokUntil:
		return true
	}
	return false
}

// statements reads the statements of a block.
func (p *parser) statements() {
	p.enter()
	for last := false; !last && !endsBlock(p.kind()); {
		last = p.statement()
		p.accept(';')
		p.b.free = len(p.b.active)
	}
	p.leave()
}

func (p *parser) blockOf() {
	p.b.enterBlock(false)
	p.statements()
	p.b.leaveBlock()
}

// Expressions.

func (p *parser) expression() expr {
	return p.operation(0)
}

// priority of an operator to its left and to its right; higher binds tighter. One that
// binds tighter on its left groups to the right.
type priority struct{ op, left, right int }

// What an operator does where no instruction says it.
const (
	opAnd = -1 - iota
	opOr
	opConcat
	opPipe
	opNE
	opGT
	opGE
	opNot
)

const unaryPriority = 8

func binary(k kind) (priority, bool) {
	switch k {
	case '+':
		return priority{lua.OP_ADD, 6, 6}, true
	case '-':
		return priority{lua.OP_SUB, 6, 6}, true
	case '*':
		return priority{lua.OP_MUL, 7, 7}, true
	case '/':
		return priority{lua.OP_DIV, 7, 7}, true
	case '%':
		return priority{lua.OP_MOD, 7, 7}, true
	case '^':
		return priority{lua.OP_POW, 10, 9}, true
	case tokConcat:
		return priority{opConcat, 5, 4}, true
	case '|':
		return priority{opPipe, 5, 4}, true
	case tokEq:
		return priority{lua.OP_EQ, 3, 3}, true
	case tokNE:
		return priority{opNE, 3, 3}, true
	case '<':
		return priority{lua.OP_LT, 3, 3}, true
	case tokLE:
		return priority{lua.OP_LE, 3, 3}, true
	case '>':
		return priority{opGT, 3, 3}, true
	case tokGE:
		return priority{opGE, 3, 3}, true
	case tokAnd:
		return priority{opAnd, 2, 2}, true
	case tokOr:
		return priority{opOr, 1, 1}, true
	}
	return priority{}, false
}

func unary(k kind) int {
	switch k {
	case '-':
		return lua.OP_UNM
	case '#':
		return lua.OP_LEN
	case tokNot:
		return opNot
	}
	return 0
}

// operation reads an expression of operators that bind tighter than limit.
func (p *parser) operation(limit int) expr {
	p.enter()
	var e expr
	line := p.line
	if op := unary(p.kind()); op != 0 {
		p.next()
		e = p.operation(unaryPriority)
		p.b.prefix(op, &e)
	} else {
		e = p.simple()
	}
	for {
		pr, ok := binary(p.kind())
		if !ok || pr.left <= limit {
			break
		}
		p.next()
		p.b.infix(pr.op, &e)
		right := p.operation(pr.right)
		p.b.postfix(pr.op, &e, &right)
		if pr.op == opPipe { // stages are looked for from the line on which their topology begins
			p.b.proto.DbgSourcePositions[e.info] = line
		}
	}
	p.leave()
	return e
}

func (b *builder) prefix(op int, e *expr) {
	none := expr{kind: exprNumber, whenTrue: noJump, whenFalse: noJump}
	switch op {
	case opNot:
		b.not(e)
		return
	case lua.OP_UNM:
		if !e.isNumeral() {
			b.toAny(e)
		}
	default:
		b.toAny(e)
	}
	b.operate(op, e, &none)
}

// infix prepares the left operand before the right one is read.
func (b *builder) infix(op int, e *expr) {
	switch op {
	case opAnd:
		b.goIfTrue(e)
	case opOr:
		b.goIfFalse(e)
	case opConcat:
		b.toNext(e)
	case opPipe:
		b.toNext(e)
		b.abc(opBar, b.free, 0, 0)
		b.reserve(1)
	case lua.OP_ADD, lua.OP_SUB, lua.OP_MUL, lua.OP_DIV, lua.OP_MOD, lua.OP_POW:
		if !e.isNumeral() {
			b.toRK(e)
		}
	default:
		b.toRK(e)
	}
}

func (b *builder) postfix(op int, x, y *expr) {
	switch op {
	case opAnd:
		b.discharge(y)
		b.join(&y.whenFalse, x.whenFalse)
		*x = *y
	case opOr:
		b.discharge(y)
		b.join(&y.whenTrue, x.whenTrue)
		*x = *y
	case opConcat, opPipe:
		b.concat(x, y)
	case lua.OP_EQ:
		b.compare(lua.OP_EQ, 1, x, y)
	case opNE:
		b.compare(lua.OP_EQ, 0, x, y)
	case lua.OP_LT:
		b.compare(lua.OP_LT, 1, x, y)
	case lua.OP_LE:
		b.compare(lua.OP_LE, 1, x, y)
	case opGT:
		b.compare(lua.OP_LT, 0, x, y)
	case opGE:
		b.compare(lua.OP_LE, 0, x, y)
	default:
		b.operate(op, x, y)
	}
}

// concat joins values that lie in registers side by side: x, for | the mark, and y. Where
// y is such a joining itself, one instruction does both.
func (b *builder) concat(x, y *expr) {
	b.toValue(y)
	if y.kind == exprMovable && opOf(*b.codeOf(y)) == lua.OP_CONCAT {
		b.free = x.info
		setB(b.codeOf(y), x.info)
		x.info, x.kind = y.info, exprMovable
		return
	}
	b.toNext(y)
	first, last := x.info, y.info
	b.free = first
	x.info, x.kind = b.abc(lua.OP_CONCAT, 0, first, last), exprMovable
}

// simple reads an expression without operators.
func (p *parser) simple() expr {
	b := p.b
	var e expr
	switch p.kind() {
	case tokNumber:
		e = exprOf(exprNumber, 0)
		e.number = p.tok.number
	case tokString:
		e = exprOf(exprConstant, b.stringConstant(p.tok.text))
	case tokNil:
		e = exprOf(exprNil, 0)
	case tokTrue:
		e = exprOf(exprTrue, 0)
	case tokFalse:
		e = exprOf(exprFalse, 0)
	case tokDots:
		if b.proto.IsVarArg == 0 {
			p.fail("cannot use '...' outside a vararg function")
		}
		b.proto.IsVarArg &^= lua.VarArgNeedsArg
		e = exprOf(exprVararg, b.abc(lua.OP_VARARG, 0, 1, 0))
	case '{':
		return p.table()
	case tokFunction:
		p.next()
		return p.function(false, p.line)
	default:
		return p.primary()
	}
	p.next()
	return e
}

// prefixed reads a name or an expression in brackets.
func (p *parser) prefixed() expr {
	switch p.kind() {
	case '(':
		line := p.line
		p.next()
		e := p.expression()
		p.expectClosing(')', '(', line)
		p.b.discharge(&e)
		return e
	case tokName:
		return p.b.variable(p.name())
	}
	p.fail("unexpected symbol")
	return expr{}
}

// primary reads a prefixed expression with its fields, indexes and calls.
func (p *parser) primary() expr {
	b := p.b
	e := p.prefixed()
	for {
		switch p.kind() {
		case '.':
			p.field(&e)
		case '[':
			b.toAny(&e)
			key := p.index()
			b.indexed(&e, &key)
		case ':':
			p.next()
			key := p.constantName()
			b.method(&e, &key)
			p.arguments(&e)
		case '(', tokString, '{':
			b.toNext(&e)
			p.arguments(&e)
		default:
			return e
		}
	}
}

func (p *parser) constantName() expr {
	return exprOf(exprConstant, p.b.stringConstant(p.name()))
}

// field reads .name, or the :name of a function's name.
func (p *parser) field(e *expr) {
	p.b.toAny(e)
	p.next()
	key := p.constantName()
	p.b.indexed(e, &key)
}

func (p *parser) index() expr {
	p.next()
	e := p.expression()
	p.b.toValue(&e)
	p.expect(']')
	return e
}

func (b *builder) indexed(e, key *expr) {
	e.aux = b.toRK(key)
	e.kind = exprIndexed
}

// expressions reads a list, of which the last one is returned as it was read.
func (p *parser) expressions() (last expr, n int) {
	n = 1
	last = p.expression()
	for p.accept(',') {
		p.b.toNext(&last)
		last = p.expression()
		n++
	}
	return last, n
}

// arguments reads a call's, whose function lies in the newest register.
func (p *parser) arguments(f *expr) {
	b, line := p.b, p.line
	args := exprOf(exprVoid, 0)
	switch p.kind() {
	case '(':
		if line != p.last {
			p.fail("ambiguous syntax (function call x new statement)")
		}
		p.next()
		if p.kind() != ')' {
			args, _ = p.expressions()
			if args.isMulti() {
				b.wantResults(&args, multiple)
			}
		}
		p.expectClosing(')', '(', line)
	case '{':
		args = p.table()
	case tokString:
		args = exprOf(exprConstant, b.stringConstant(p.tok.text))
		p.next()
	default:
		p.fail("function arguments expected")
	}
	base := f.info
	n := multiple
	if !args.isMulti() {
		if args.kind != exprVoid {
			b.toNext(&args)
		}
		n = b.free - (base + 1)
	}
	*f = exprOf(exprCall, b.abc(lua.OP_CALL, base, n+1, 2))
	b.fixLine(line)
	b.free = base + 1
}

// constructor is a table constructor that is being read.
type constructor struct {
	table          *expr
	item           expr // the newest item, not stored yet
	items, waiting int  // all, and those in registers
	fields         int
}

func (p *parser) table() expr {
	b, line := p.b, p.line
	at := b.abc(lua.OP_NEWTABLE, 0, 0, 0)
	e := exprOf(exprMovable, at)
	b.toNext(&e)
	c := constructor{table: &e, item: exprOf(exprVoid, 0)}
	p.expect('{')
	for p.kind() != '}' {
		b.flushItem(&c)
		switch {
		case p.kind() == tokName && p.peek() == '=', p.kind() == '[':
			p.keyedItem(&c)
		default:
			c.item = p.expression()
			c.items++
			c.waiting++
		}
		if !p.accept(',') && !p.accept(';') {
			break
		}
	}
	p.expectClosing('}', '{', line)
	b.lastItems(&c)
	setB(&b.proto.Code[at], sizeCode(c.items))
	setC(&b.proto.Code[at], sizeCode(c.fields))
	return e
}

func (p *parser) keyedItem(c *constructor) {
	b := p.b
	free := b.free
	var key expr
	if p.kind() == tokName {
		key = p.constantName()
	} else {
		key = p.index()
	}
	c.fields++
	p.expect('=')
	k := b.toRK(&key)
	value := p.expression()
	v := b.toRK(&value)
	b.abc(b.keyed(lua.OP_SETTABLE, k), c.table.info, k, v)
	b.free = free
}

func (b *builder) flushItem(c *constructor) {
	if c.item.kind == exprVoid {
		return
	}
	b.toNext(&c.item)
	c.item.kind = exprVoid
	if c.waiting == lua.FieldsPerFlush {
		b.setList(c.table.info, c.items, c.waiting)
		c.waiting = 0
	}
}

func (b *builder) lastItems(c *constructor) {
	if c.waiting == 0 {
		return
	}
	if c.item.isMulti() {
		b.wantResults(&c.item, multiple)
		b.setList(c.table.info, c.items, multiple)
		c.items-- // how many the last one gives is not known
		return
	}
	if c.item.kind != exprVoid {
		b.toNext(&c.item)
	}
	b.setList(c.table.info, c.items, c.waiting)
}

// function reads parameters and body, behind the word function and a name.
func (p *parser) function(method bool, line int) expr {
	b := p.open(line)
	p.expect('(')
	if method {
		b.addLocal("self")
		b.activate(1)
	}
	p.parameters()
	p.expect(')')
	b.enterBlock(false)
	p.statements()
	b.proto.LastLineDefined = p.line
	p.expectClosing(tokEnd, tokFunction, line)
	b.leaveGotos(b.block)
	proto := p.shut()
	return p.b.closure(proto, b.upvalues)
}

func (p *parser) parameters() {
	b := p.b
	n := 0
	for p.kind() != ')' {
		switch p.kind() {
		case tokName:
			b.addLocalAt(p.name(), n)
			n++
		case tokDots:
			p.next()
			// LUA_COMPAT_VARARG: a local arg holds the arguments, unless ... is used
			b.activate(n)
			b.proto.NumParameters = uint8(len(b.active))
			b.addLocal("arg")
			b.proto.IsVarArg = lua.VarArgHasArg | lua.VarArgIsVarArg | lua.VarArgNeedsArg
			b.activate(1)
			b.reserve(len(b.active))
			return
		default:
			p.fail("<name> or '...' expected")
		}
		if !p.accept(',') {
			break
		}
		if p.kind() == ')' {
			p.fail("<name> or '...' expected")
		}
	}
	b.activate(n)
	b.proto.NumParameters = uint8(len(b.active))
	b.reserve(len(b.active))
}

// closure makes a function of a prototype that has been read inside.
func (b *builder) closure(proto *lua.FunctionProto, upvalues []upvalueFrom) expr {
	b.proto.FunctionPrototypes = append(b.proto.FunctionPrototypes, proto)
	if len(b.proto.FunctionPrototypes) > maxBx {
		b.src.failLimit("constant table overflow")
	}
	e := exprOf(exprMovable, b.abx(lua.OP_CLOSURE, 0, len(b.proto.FunctionPrototypes)-1))
	for _, u := range upvalues {
		if u.local {
			b.abc(lua.OP_MOVE, 0, u.index, 0)
		} else {
			b.abc(lua.OP_GETUPVAL, 0, u.index, 0)
		}
	}
	return e
}
