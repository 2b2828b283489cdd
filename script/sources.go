package script

import (
	"maps"
	"strings"
	"weak"

	"weir/script/interp"
	"weir/script/syntax"
)

// sources are what a state has compiled, for errors and for functions that travel.
type sources struct {
	kept  []*syntax.Chunk                       // of files and of inputs
	named map[string]weak.Pointer[syntax.Chunk] // the last chunk of each name, while one of its functions lives
	many  int                                   // so many names are looked through for chunks that do not live
	read  func(text string)                     // is called before a chunk may run
}

// compile compiles a text. origin is what Lua calls a source: "@file", "=name", or the text
// itself; name is what errors call it.
func (s *sources) compile(origin, name, text string) (*syntax.Chunk, error) {
	chunk, err := syntax.CompileString(name, text)
	if err != nil {
		return nil, err
	}
	chunk.Origin, _, _ = strings.Cut(origin, "\x00")
	s.add(chunk)
	return chunk, nil
}

// compileFile is compile of a file. Its name is not cut in errors, so that it can be
// opened.
func (s *sources) compileFile(name, text string) (*syntax.Chunk, error) {
	chunk, err := syntax.Compile(name, text)
	if err != nil {
		return nil, err
	}
	chunk.Origin = "@" + name
	s.keep(chunk)
	return chunk, nil
}

// arrive compiles a chunk that came with a function, once.
func (s *sources) arrive(name, text string) (*syntax.Chunk, error) {
	if chunk := s.named[name].Value(); chunk != nil && chunk.Text == text {
		return chunk, nil
	}
	chunk, err := syntax.Compile(name, text)
	if err == nil {
		s.add(chunk)
	}
	return chunk, err
}

// keep is add of a chunk that is remembered for good.
func (s *sources) keep(chunk *syntax.Chunk) {
	s.kept = append(s.kept, chunk)
	s.add(chunk)
}

// add remembers a chunk by its name as long as one of its functions lives.
func (s *sources) add(chunk *syntax.Chunk) {
	s.read(chunk.Text)
	interp.InfoOf(chunk.Proto).Chunk = chunk
	s.named[chunk.Name] = weak.Make(chunk)
	if len(s.named) > max(s.many, 1000) {
		maps.DeleteFunc(s.named, func(_ string, p weak.Pointer[syntax.Chunk]) bool { return p.Value() == nil })
		s.many = 2 * len(s.named)
	}
}

// text gives the text of a chunk as errors show it.
func (s *sources) text(name string) (string, bool) {
	c := s.named[name].Value()
	if c == nil {
		return "", false
	}
	return shownText(c), true
}

func shownText(c *syntax.Chunk) string {
	if c.Shown != "" {
		return c.Shown
	}
	return c.Text
}

// line gives one line of a chunk, counted from 1.
func (s *sources) line(name string, line int) (string, bool) {
	text, ok := s.text(name)
	if !ok || line < 1 {
		return "", false
	}
	return syntax.Line(text, line), true
}
