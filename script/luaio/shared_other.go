//go:build !linux

package luaio

// glimpse shows nothing: there is no tee(2) here.
func (f *File) glimpse() []byte { return nil }
