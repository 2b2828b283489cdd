package interp

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"
)

// Lua 5.1 has no goto, and the word is a name there. Two names side by side, and ::, are
// no Lua 5.1 either, so that both can be read: goto is Lua 5.2's where a name follows it.

// label is a place that goto leads to.
type label struct {
	name     string
	pc, line int
	locals   int // active there
}

// pendingGoto is a goto whose label has not been read yet.
type pendingGoto struct {
	name         string
	jump         int
	line, offset int
	locals       int // active at the goto
}

func (p *parser) labelStatement() {
	b := p.b
	p.next()
	line, name := p.line, p.name()
	p.expect(tokLabel)
	for k := b.block; k != nil; k = k.outer {
		for _, l := range k.labels {
			if l.name == name {
				p.failLimit(fmt.Sprintf("label '%s' already defined on line %d", name, l.line))
			}
		}
	}
	for p.kind() == ';' || p.kind() == tokLabel {
		if p.kind() == tokLabel {
			p.labelStatement()
		} else {
			p.next()
		}
	}
	locals := len(b.active)
	if endsBlock(p.kind()) && p.kind() != tokUntil {
		locals = b.block.locals // as if it stood behind the block's variables
	}
	l := label{name, b.label(), line, locals}
	b.block.labels = append(b.block.labels, l)
	b.resolveGotos(b.block, l)
}

// gotoStatement reads a goto whose word has been read as a variable, and reports whether
// it is one.
func (p *parser) gotoStatement(e *expr) bool {
	b := p.b
	if b.proto.Constants[e.info] != lua.LString("goto") {
		return false
	}
	line, offset := p.line, p.tok.start
	name := p.name()
	for k := b.block; k != nil; k = k.outer {
		for _, l := range k.labels {
			if l.name == name {
				if len(b.active) > l.locals && b.capturedFrom(k) {
					b.abc(lua.OP_CLOSE, l.locals, 0, 0)
				}
				b.patch(b.jump(), l.pc)
				return true
			}
		}
	}
	b.abc(lua.OP_CLOSE, len(b.active), 0, 0) // the label may stand outside of blocks that are captured
	b.block.gotos = append(b.block.gotos, pendingGoto{name, b.jump(), line, offset, len(b.active)})
	return true
}

// capturedFrom reports whether blocks up to k have captured variables.
func (b *scope) capturedFrom(k *block) bool {
	for in := b.block; in != nil; in = in.outer {
		if in.captured {
			return true
		}
		if in == k {
			return false
		}
	}
	return false
}

// resolveGotos leads the waiting gotos of a block to its label.
func (b *scope) resolveGotos(k *block, l label) {
	kept := k.gotos[:0]
	for _, g := range k.gotos {
		if g.name != l.name {
			kept = append(kept, g)
			continue
		}
		if g.locals < l.locals {
			b.failGoto(g, fmt.Sprintf("<goto %s> at line %d jumps into the scope of local '%s'", g.name, g.line,
				b.proto.DbgLocals[b.active[g.locals]].Name))
		}
		setA(&b.proto.Code[g.jump-1], l.locals)
		b.patch(g.jump, l.pc)
	}
	k.gotos = kept
}

// leaveGotos hands the waiting gotos of a block that ends to the one around it.
func (b *scope) leaveGotos(k *block) {
	for _, g := range k.gotos {
		if k.outer == nil {
			b.failGoto(g, fmt.Sprintf("no visible label '%s' for goto", g.name))
		}
		g.locals = min(g.locals, k.locals)
		k.outer.gotos = append(k.outer.gotos, g)
	}
}

func (b *scope) failGoto(g pendingGoto, message string) {
	panic(&SyntaxError{Chunk: b.src.chunk, Line: g.line, Offset: g.offset, Near: g.name, Message: message})
}
