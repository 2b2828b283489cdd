package interp

import (
	lua "github.com/yuin/gopher-lua"
)

// statement reads one, and reports whether it must be the last of its block.
func (p *parser) statement() bool {
	line := p.line
	switch p.kind() {
	case tokIf:
		p.ifStatement(line)
	case tokWhile:
		p.whileStatement(line)
	case tokDo:
		p.next()
		p.blockOf()
		p.expectClosing(tokEnd, tokDo, line)
	case tokFor:
		p.forStatement(line)
	case tokRepeat:
		p.repeatStatement(line)
	case tokFunction:
		p.functionStatement(line)
	case tokLocal:
		p.next()
		if p.accept(tokFunction) {
			p.localFunction()
		} else {
			p.localStatement()
		}
	case tokReturn:
		p.returnStatement()
		return true
	case tokBreak:
		p.next()
		p.b.breakLoop()
		return true
	case tokLabel:
		p.labelStatement()
	default:
		p.otherStatement()
	}
	return false
}

func (p *parser) condition() int {
	e := p.expression()
	if e.kind == exprNil {
		e.kind = exprFalse // all that is false is the same here
	}
	p.b.goIfTrue(&e)
	return e.whenFalse
}

func (p *parser) ifStatement(line int) {
	b := p.b
	over := noJump
	skip := p.thenBlock()
	for p.kind() == tokElseif {
		end := b.jump()
		b.join(&over, end)
		b.patchHere(skip)
		skip = p.thenBlock()
	}
	if p.kind() == tokElse {
		end := b.jump()
		b.join(&over, end)
		b.patchHere(skip)
		p.next()
		p.blockOf()
	} else {
		b.join(&over, skip)
	}
	b.patchHere(over)
	p.expectClosing(tokEnd, tokIf, line)
}

// thenBlock reads a condition and its block, and gives the jumps where it is false.
func (p *parser) thenBlock() int {
	p.next()
	skip := p.condition()
	p.expect(tokThen)
	p.blockOf()
	return skip
}

func (p *parser) whileStatement(line int) {
	b := p.b
	p.next()
	start := b.label()
	exit := p.condition()
	b.enterBlock(true)
	p.expect(tokDo)
	p.blockOf()
	back := b.jump()
	b.patch(back, start)
	p.expectClosing(tokEnd, tokWhile, line)
	b.leaveBlock()
	b.patchHere(exit)
}

func (p *parser) repeatStatement(line int) {
	b := p.b
	start := b.label()
	b.enterBlock(true)
	scope := b.enterBlock(false)
	p.next()
	p.statements()
	p.expectClosing(tokUntil, tokRepeat, line)
	exit := p.condition()
	if !scope.captured {
		b.leaveBlock()
		b.patch(exit, start)
	} else { // the variables are closed on both ways out
		b.breakLoop()
		b.patchHere(exit)
		b.leaveBlock()
		back := b.jump()
		b.patch(back, start)
	}
	b.leaveBlock()
}

func (p *parser) forStatement(line int) {
	b := p.b
	b.enterBlock(true)
	p.next()
	name := p.name()
	switch p.kind() {
	case '=':
		p.numericFor(name, line)
	case ',', tokIn:
		p.genericFor(name)
	default:
		p.fail("'=' or 'in' expected")
	}
	p.expectClosing(tokEnd, tokFor, line)
	b.leaveBlock()
}

func (p *parser) number() {
	e := p.expression()
	p.b.toNext(&e)
}

func (p *parser) numericFor(name string, line int) {
	b, base := p.b, p.b.free
	b.addLocalAt("(for index)", 0)
	b.addLocalAt("(for limit)", 1)
	b.addLocalAt("(for step)", 2)
	b.addLocalAt(name, 3)
	p.next()
	p.number()
	p.expect(',')
	p.number()
	if p.accept(',') {
		p.number()
	} else {
		b.abx(lua.OP_LOADK, b.free, b.numberConstant(1))
		b.reserve(1)
	}
	p.forBody(base, line, 1, true)
}

func (p *parser) genericFor(name string) {
	b, base := p.b, p.b.free
	b.addLocalAt("(for generator)", 0)
	b.addLocalAt("(for state)", 1)
	b.addLocalAt("(for control)", 2)
	b.addLocalAt(name, 3)
	n := 1
	for p.accept(',') {
		b.addLocalAt(p.name(), 3+n)
		n++
	}
	p.expect(tokIn)
	line := p.line
	last, count := p.expressions()
	b.adjust(3, count, &last)
	b.checkStack(3) // the call of the generator
	p.forBody(base, line, n, false)
}

// forBody reads a loop's body. The control variables are declared, but for the n that
// the script names not active.
func (p *parser) forBody(base, line, n int, numeric bool) {
	b := p.b
	declared := b.proto.DbgLocals[len(b.proto.DbgLocals)-n:]
	b.proto.DbgLocals = b.proto.DbgLocals[:len(b.proto.DbgLocals)-n]
	b.activate(3)
	b.proto.DbgLocals = append(b.proto.DbgLocals, declared...)
	p.expect(tokDo)
	var prep int
	if numeric {
		prep = b.emit(asbx(lua.OP_FORPREP, base, noJump))
	} else {
		prep = b.jump()
	}
	b.enterBlock(false)
	b.activate(n)
	b.reserve(n)
	p.statements()
	b.leaveBlock()
	b.patchHere(prep)
	var end int
	if numeric {
		end = b.emit(asbx(lua.OP_FORLOOP, base, noJump))
	} else {
		end = b.abc(lua.OP_TFORLOOP, base, 0, n)
	}
	b.fixLine(line)
	if !numeric {
		end = b.jump()
	}
	b.patch(end, prep+1)
}

func (p *parser) functionStatement(line int) {
	b := p.b
	p.next()
	target := b.variable(p.name())
	for p.kind() == '.' {
		p.field(&target)
	}
	method := p.kind() == ':'
	if method {
		p.field(&target)
	}
	f := p.function(method, line)
	b.store(&target, &f)
	b.fixLine(line)
}

func (p *parser) localFunction() {
	b := p.b
	b.addLocal(p.name())
	to := exprOf(exprLocal, b.free)
	b.reserve(1)
	b.activate(1)
	f := p.function(false, p.line)
	b.store(&to, &f)
	// a debugger sees the variable only from here on
	b.proto.DbgLocals[b.active[len(b.active)-1]].StartPc = b.pc()
}

func (p *parser) localStatement() {
	b := p.b
	n := 0
	for {
		b.addLocalAt(p.name(), n)
		n++
		if !p.accept(',') {
			break
		}
	}
	values, count := exprOf(exprVoid, 0), 0
	if p.accept('=') {
		values, count = p.expressions()
	}
	b.adjust(n, count, &values)
	b.activate(n)
}

// adjust makes count values n.
func (b *builder) adjust(n, count int, last *expr) {
	extra := n - count
	if last.isMulti() {
		extra = max(extra+1, 0)
		b.wantResults(last, extra)
		if extra > 1 {
			b.reserve(extra - 1)
		}
		return
	}
	if last.kind != exprVoid {
		b.toNext(last)
	}
	if extra > 0 {
		reg := b.free
		b.reserve(extra)
		b.loadNil(reg, extra)
	}
}

func (p *parser) returnStatement() {
	b := p.b
	p.next()
	if endsBlock(p.kind()) || p.kind() == ';' {
		b.ret(0, 0)
		return
	}
	first, n := 0, 0
	e, count := p.expressions()
	switch {
	case e.isMulti():
		b.wantResults(&e, multiple)
		if e.kind == exprCall && count == 1 {
			setOp(b.codeOf(&e), lua.OP_TAILCALL)
		}
		first, n = len(b.active), multiple
	case count == 1:
		first, n = b.toAny(&e), 1
	default:
		b.toNext(&e)
		first, n = len(b.active), count
	}
	b.ret(first, n)
}

// target is one of an assignment.
type target struct {
	to    expr
	outer *target
}

// otherStatement reads a call or an assignment.
func (p *parser) otherStatement() {
	e := p.primary()
	if e.kind == exprCall {
		setC(p.b.codeOf(&e), 1) // no results
		return
	}
	if p.kind() == tokName && e.kind == exprGlobal && p.gotoStatement(&e) {
		return
	}
	p.assignment(&target{to: e}, 1)
}

func (p *parser) assignment(t *target, n int) {
	b := p.b
	switch t.to.kind {
	case exprLocal, exprUpvalue, exprGlobal, exprIndexed:
	default:
		p.fail("syntax error")
	}
	if p.accept(',') {
		next := &target{to: p.primary(), outer: t}
		if next.to.kind == exprLocal {
			b.keepOperand(t, next.to.info)
		}
		b.bound(n, maxLevels-p.level, "variables in assignment")
		p.assignment(next, n+1)
	} else {
		p.expect('=')
		e, count := p.expressions()
		if count == n {
			if e.isMulti() {
				b.wantOne(&e)
			}
			b.store(&t.to, &e)
			return
		}
		b.adjust(n, count, &e)
		if count > n {
			b.free -= count - n
		}
	}
	e := exprOf(exprFixed, b.free-1)
	b.store(&t.to, &e)
}

// keepOperand copies a local variable that is assigned to and that a target before it
// uses as table or key.
func (b *builder) keepOperand(t *target, reg int) {
	extra, conflict := b.free, false
	for ; t != nil; t = t.outer {
		if t.to.kind != exprIndexed {
			continue
		}
		if t.to.info == reg {
			t.to.info, conflict = extra, true
		}
		if t.to.aux == reg {
			t.to.aux, conflict = extra, true
		}
	}
	if conflict {
		b.abc(lua.OP_MOVE, b.free, reg, 0)
		b.reserve(1)
	}
}
