package luaio

import (
	"io"
	goruntime "runtime"

	lua "github.com/yuin/gopher-lua"
)

// LuaRead reads by the formats that stand from argument first on ("*l" if
// there is none) and pushes what it read: file:read, for every byte stream that
// a script can hold. It returns the count of results.
func (f *File) LuaRead(L *lua.LState, first int) int {
	top := L.GetTop()
	if top < first {
		v, err := f.Reader.line(false)
		return pushRead(L, v, err, 1)
	}
	for i := first; i <= top; i++ {
		v, err := f.readFormat(L, i, calledAs("read", first))
		if err != nil {
			return pushRead(L, nil, err, i-first+1)
		}
		L.Push(v)
	}
	return top - first + 1
}

// calledAs is what ArgError takes a function for whose formats or values stand from
// argument first on: a method has its file before them.
func calledAs(function string, first int) string {
	if first > 1 {
		return ":" + function
	}
	return function
}

// pushRead pushes the nth result: a value, nil at the end, or the failure.
func pushRead(L *lua.LState, v lua.LValue, err error, n int) int {
	switch err {
	case nil:
		L.Push(v)
	case io.EOF:
		L.Push(lua.LNil)
	default:
		return pushResult(L, err)
	}
	return n
}

// readFormat reads by the format at index i.
func (f *File) readFormat(L *lua.LState, i int, function string) (lua.LValue, error) {
	var format string
	switch v := L.Get(i).(type) {
	case lua.LNumber:
		return f.readCount(int64(Truncate(float64(v))))
	case lua.LString:
		format = string(v)
	}
	star := len(format) > 0 && format[0] == '*'
	if star {
		format = format[1:]
	}
	letter := byte(0)
	if len(format) > 0 {
		letter = format[0]
	}
	switch letter {
	case 'l', 'L':
		return f.Reader.line(letter == 'L')
	case 'a':
		s, err := f.Reader.ReadAll()
		return lua.LString(s), err
	case 'n':
		if f.mode&ModeRead == 0 {
			return nil, io.EOF // fscanf(3) says no more than that there is no number
		}
		x, ok, err := f.Reader.scanNumber()
		if err == nil && !ok {
			err = io.EOF
		}
		return lua.LNumber(x), err
	}
	if star {
		ArgError(L, i, function, "invalid format")
	}
	ArgError(L, i, function, "invalid option")
	return nil, nil
}

// readCount reads n bytes; 0 asks whether there are any, and gives "".
func (f *File) readCount(n int64) (lua.LValue, error) {
	if n == 0 {
		end, err := f.Reader.atEnd()
		if end {
			err = io.EOF
		}
		return emptyString, err
	}
	if n > 0 && n <= int64(f.Reader.end-f.Reader.next) {
		v := NewString(f.Reader.buf[f.Reader.next : f.Reader.next+int(n)])
		f.Reader.next += int(n)
		return v, nil
	}
	s, err := f.Reader.ReadN(n)
	return lua.LString(s), err
}

// LuaWrite writes the arguments from first on, strings and numbers, and pushes
// true, or nil, message and errno: file:write.
func (f *File) LuaWrite(L *lua.LState, first int) int {
	return pushResult(L, f.WriteArguments(L, first))
}

// WriteArguments is LuaWrite for callers that have an error of their own.
func (f *File) WriteArguments(L *lua.LState, first int) error {
	err := f.Writer.prepare()
	top := L.GetTop()
	for i := first; i <= top; i++ {
		v := L.Get(i)
		if err != nil { // like C, check what follows and write none of it
			if !lua.LVCanConvToString(v) {
				TypeError(L, i, calledAs("write", first), "string")
			}
			continue
		}
		var ok bool
		if ok, err = f.Writer.putValue(v); !ok {
			TypeError(L, i, calledAs("write", first), "string")
		}
	}
	if err == nil && f.Writer.policy != policyFull {
		err = f.Writer.finish()
	}
	return err
}

// LuaLines pushes the iterator of file:lines. It raises what goes wrong. With
// closing set it closes the file at its end, as io.lines(name) does.
func (f *File) LuaLines(L *lua.LState, closing bool) int {
	ud := f.handle.Value()
	L.Push(L.NewFunction(func(L *lua.LState) int {
		if f.closed {
			Raise(L, "file is already closed")
		}
		f.mayAct(L, "lines")
		v, err := f.Reader.line(false)
		if err == nil {
			L.Push(v)
			return 1
		}
		if err != io.EOF {
			raise(L, err)
		}
		if closing {
			f.Close()
		}
		goruntime.KeepAlive(ud) // a file is not collected while its lines are read
		return 0
	}))
	return 1
}
