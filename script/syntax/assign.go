package syntax

import (
	"fmt"

	"github.com/yuin/gopher-lua/ast"
)

// Lua 5.1, section 2.4.3: "In a multiple assignment, Lua first evaluates all its
// expressions and only then are the assignments performed." gopher-lua stores into
// a local as soon as its own expression is there, so that a, b = b, a loses a
// value (its issue 440). Here such an assignment becomes one to locals that
// nobody else sees, and then one after the other:
//
//	do local 1, 2 = b, a   b = 2   a = 1 end

// mendAssignments does so in all statements, and in the functions inside, and has
// numbers read as Lua reads them.
func mendAssignments(stats []ast.Stmt) {
	for i, s := range stats {
		if a, ok := s.(*ast.AssignStmt); ok && needsMending(a) {
			stats[i] = apart(a)
		}
		inStatement(s)
	}
}

// needsMending tells whether a variable is assigned to that something else in the
// statement may read.
func needsMending(a *ast.AssignStmt) bool {
	if len(a.Lhs) < 2 {
		return false
	}
	if len(a.Rhs) == 1 {
		switch a.Rhs[0].(type) {
		case *ast.FuncCallExpr, *ast.Comma3Expr:
			return false // what it gives comes after everything is known
		}
	}
	variable, reads := false, false
	for _, x := range a.Lhs {
		if _, ok := x.(*ast.IdentExpr); ok {
			variable = true
		} else {
			reads = true
		}
	}
	for _, x := range a.Rhs {
		if _, ok := x.(ast.ConstExpr); !ok {
			reads = true
		}
	}
	return variable && reads
}

// apart takes an assignment apart. The temporary names are none that a source
// could have.
func apart(a *ast.AssignStmt) ast.Stmt {
	all := &ast.LocalAssignStmt{}
	block := &ast.DoBlockStmt{Stmts: []ast.Stmt{all}}
	temporary := func(x ast.Expr, what string) ast.Expr {
		name := &ast.IdentExpr{Value: fmt.Sprintf("%s%d", what, len(all.Names)+1)}
		at(name, a)
		all.Names = append(all.Names, name.Value)
		if x != nil {
			all.Exprs = append(all.Exprs, x)
		}
		return name
	}
	places := make([]ast.Expr, len(a.Lhs))
	for i, x := range a.Lhs {
		places[i] = x
		if field, ok := x.(*ast.AttrGetExpr); ok {
			o, k := temporary(field.Object, "object "), field.Key
			if _, fixed := k.(ast.ConstExpr); !fixed {
				k = temporary(k, "key ")
			}
			places[i] = &ast.AttrGetExpr{Object: o, Key: k}
			at(places[i], a)
		}
	}
	values := make([]ast.Expr, len(a.Lhs))
	for i := range values {
		values[i] = temporary(nil, "value ")
	}
	all.Exprs = append(all.Exprs, a.Rhs...)
	at(all, a)
	at(block, a)
	for i := len(places) - 1; i >= 0; i-- { // from the last to the first, as lua5.1 does
		one := &ast.AssignStmt{Lhs: places[i : i+1], Rhs: values[i : i+1]}
		at(one, a)
		block.Stmts = append(block.Stmts, one)
	}
	return block
}

// at gives a new node the place of the statement that it comes from.
func at(n ast.PositionHolder, a *ast.AssignStmt) {
	n.SetLine(a.Line())
	n.SetLastLine(a.LastLine())
}

// inStatement looks for functions and blocks inside a statement.
func inStatement(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.AssignStmt:
		inExpressions(s.Lhs...)
		inExpressions(s.Rhs...)
	case *ast.LocalAssignStmt:
		inExpressions(s.Exprs...)
	case *ast.FuncCallStmt:
		inExpressions(s.Expr)
	case *ast.DoBlockStmt:
		mendAssignments(s.Stmts)
	case *ast.WhileStmt:
		inExpressions(s.Condition)
		mendAssignments(s.Stmts)
	case *ast.RepeatStmt:
		mendAssignments(s.Stmts)
		inExpressions(s.Condition)
	case *ast.IfStmt:
		inExpressions(s.Condition)
		mendAssignments(s.Then)
		mendAssignments(s.Else)
	case *ast.NumberForStmt:
		inExpressions(s.Init, s.Limit, s.Step)
		mendAssignments(s.Stmts)
	case *ast.GenericForStmt:
		inExpressions(s.Exprs...)
		mendAssignments(s.Stmts)
	case *ast.FuncDefStmt:
		mendAssignments(s.Func.Stmts)
	case *ast.ReturnStmt:
		inExpressions(s.Exprs...)
	}
}

// inExpressions looks for functions and numbers inside expressions; nil is none.
func inExpressions(list ...ast.Expr) {
	for _, x := range list {
		switch x := x.(type) {
		case *ast.NumberExpr:
			x.Value = numeral(x.Value)
		case *ast.FunctionExpr:
			mendAssignments(x.Stmts)
		case *ast.FuncCallExpr:
			inExpressions(x.Func, x.Receiver)
			inExpressions(x.Args...)
		case *ast.TableExpr:
			for _, f := range x.Fields {
				inExpressions(f.Key, f.Value)
			}
		case *ast.AttrGetExpr:
			inExpressions(x.Object, x.Key)
		case *ast.LogicalOpExpr:
			inExpressions(x.Lhs, x.Rhs)
		case *ast.RelationalOpExpr:
			inExpressions(x.Lhs, x.Rhs)
		case *ast.StringConcatOpExpr:
			inExpressions(x.Lhs, x.Rhs)
		case *ast.ArithmeticOpExpr:
			inExpressions(x.Lhs, x.Rhs)
		case *ast.UnaryMinusOpExpr:
			inExpressions(x.Expr)
		case *ast.UnaryNotOpExpr:
			inExpressions(x.Expr)
		case *ast.UnaryLenOpExpr:
			inExpressions(x.Expr)
		}
	}
}
