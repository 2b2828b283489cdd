package words

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// highest is the largest descriptor that a line may name: Linux gives a
// process 1,024 of them unless it asks for more.
const highest = 1023

// redirect is what one redirection of bash does, as one change or two.
func (x *expander) redirect(d *syntax.Redirect) ([]Redir, error) {
	out := Redir{FD: 1, Col: x.col(d.Pos().Offset())}
	switch d.Op {
	case syntax.RdrIn, syntax.RdrInOut, syntax.DplIn, syntax.WordHdoc, syntax.Hdoc, syntax.DashHdoc:
		out.FD = 0
	}
	if d.N != nil {
		n, err := x.descriptor(d, d.N.Value)
		if err != nil {
			return nil, err
		}
		out.FD = n
	}
	if d.Op == syntax.WordHdoc {
		text, err := x.value(d.Word)
		if err != nil {
			return nil, err
		}
		out.Op, out.Data = Data, text+"\n"
		return []Redir{out}, nil
	}
	if d.Op == syntax.Hdoc || d.Op == syntax.DashHdoc {
		text, err := x.document(d)
		out.Op, out.Data = Data, text
		return []Redir{out}, err
	}
	target, err := x.target(d)
	if err != nil {
		return nil, err
	}
	if d.Op == syntax.DplIn || d.Op == syntax.DplOut {
		return x.duplicate(d, out, target)
	}
	if target == "" {
		return nil, x.fault(d.Word, "a file's name is empty", "write the file's name after "+d.Op.String())
	}
	if strings.HasPrefix(target, "/dev/tcp/") || strings.HasPrefix(target, "/dev/udp/") {
		return nil, x.refuse(d, "a connection through "+target[:9], "")
	}
	out.Path = target
	switch d.Op {
	case syntax.RdrIn:
		out.Op = Open
	case syntax.RdrInOut:
		out.Op = ReadWrite
	case syntax.RdrOut, syntax.RdrClob:
		out.Op = Create
	case syntax.AppOut:
		out.Op = Append
	case syntax.RdrAll:
		return bothTo(out, Create), nil
	case syntax.AppAll:
		return bothTo(out, Append), nil
	}
	return []Redir{out}, nil
}

// bothTo is &>file and >&file: 1 to the file, and 2 to where 1 goes.
func bothTo(out Redir, op Op) []Redir {
	out.FD, out.Op = 1, op
	return []Redir{out, {FD: 2, Op: Dup, Target: 1, Col: out.Col}}
}

// target expands the word behind the operator, to exactly one.
func (x *expander) target(d *syntax.Redirect) (string, error) {
	words, err := x.fields(d.Word)
	if err != nil {
		return "", err
	}
	if len(words) != 1 {
		return "", x.ambiguous(d, len(words))
	}
	return words[0], nil
}

func (x *expander) ambiguous(d *syntax.Redirect, n int) *Error {
	from, to := x.col(d.Word.Pos().Offset()), x.col(d.Word.End().Offset())
	hint := "quote the word where one file is meant"
	if n == 0 {
		hint = "the word expands to nothing; name a file"
	} else if n > 1 {
		hint = "the word expands to " + strconv.Itoa(n) + " words; " + hint
	}
	return x.fault(d.Word, x.line[from:to]+": ambiguous redirect", hint)
}

// duplicate is N>&M, N>&M- and N>&-, and >&file.
func (x *expander) duplicate(d *syntax.Redirect, out Redir, target string) ([]Redir, error) {
	if target == "-" {
		out.Op = Close
		return []Redir{out}, nil
	}
	number, move := strings.CutSuffix(target, "-")
	if !digits(number) {
		if d.Op == syntax.DplOut && out.FD == 1 && target != "" {
			out.Path = target
			return bothTo(out, Create), nil
		}
		return nil, x.ambiguous(d, 1)
	}
	n, err := x.descriptor(d, number)
	if err != nil {
		return nil, err
	}
	out.Op, out.Target = Dup, n
	if move && n != out.FD {
		return []Redir{out, {FD: n, Op: Close, Col: out.Col}}, nil
	}
	return []Redir{out}, nil
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

func (x *expander) descriptor(d *syntax.Redirect, s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n > highest {
		return 0, x.fault(d, "descriptor "+s+" is above "+strconv.Itoa(highest), "use a smaller number")
	}
	return n, nil
}
