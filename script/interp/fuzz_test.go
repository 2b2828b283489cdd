package interp_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"

	"weir/script"
	"weir/script/interp"
	"weir/script/interp/luagen"
)

// FuzzCompile compiles any bytes: the error is one about the source, and what compiles
// ends each function with a return and has a line for each instruction.
func FuzzCompile(f *testing.F) {
	for seed := range uint64(30) {
		f.Add(luagen.Program(seed))
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := interp.Compile(text, "x")
		var e *interp.SyntaxError
		if err != nil && !errors.As(err, &e) {
			t.Fatalf("%q: %v", text, err)
		}
		if err == nil {
			wellFormed(t, p)
		}
	})
}

func wellFormed(t *testing.T, p *lua.FunctionProto) {
	t.Helper()
	n := len(p.Code)
	if n == 0 || int(p.Code[n-1]>>26) != lua.OP_RETURN || len(p.DbgSourcePositions) != n || int(p.NumUpvalues) != len(p.DbgUpvalues) {
		t.Fatalf("a function of %d instructions, %d lines, %d upvalues, %d names", n, len(p.DbgSourcePositions), p.NumUpvalues, len(p.DbgUpvalues))
	}
	for _, inner := range p.FunctionPrototypes {
		wellFormed(t, inner)
	}
}

// FuzzRun runs random programs, changed at random, in one state each: no error is a fault
// of weir's own, and a program that runs on is stopped.
func FuzzRun(f *testing.F) {
	for seed := range uint64(30) {
		f.Add(luagen.Program(seed))
	}
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if unsafe(text) {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		vm := script.New(script.Options{Stdin: null, Stdout: null, Stderr: null, Interactive: true, Context: ctx})
		defer vm.Close()
		_, err := vm.Eval("x", text)
		var fault *script.FaultError
		if errors.As(err, &fault) {
			t.Fatalf("%v\n%s", err, text)
		}
	})
}

// unsafe reports whether a program may do more than compute: start programs, write files,
// take all memory.
func unsafe(text string) bool {
	for _, word := range []string{"io", "os", "rep", "sh", "run", "file", "start", "popen", "require", "dofile", "loadfile", "debug", "sys", "listen", "socket", "fifo", "|", "unpack", "text", "lines", "string", "G"} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}
