package syntax

import (
	"maps"
	"regexp"
	"strings"
	"sync"
	"weak"

	"weir/script/interp"

	lua "github.com/yuin/gopher-lua"
)

// Sources are what a state has compiled, for errors and for functions that travel.
type Sources struct {
	kept  []*Chunk                       // of files and of inputs
	named map[string]weak.Pointer[Chunk] // the last chunk of each name, while one of its functions lives
	many  int                            // so many names are looked through for chunks that do not live
	read  func(text string)
}

// NewSources makes an empty store. read is called with each text before it can run.
func NewSources(read func(text string)) *Sources {
	return &Sources{named: map[string]weak.Pointer[Chunk]{}, read: read}
}

// Compile compiles a text. origin is what Lua calls a source: "@file", "=name", or the text
// itself; name is what errors call it.
func (s *Sources) Compile(origin, name, text string) (*Chunk, error) {
	chunk, err := CompileString(name, text)
	if err != nil {
		return nil, err
	}
	chunk.Origin, _, _ = strings.Cut(origin, "\x00")
	s.Add(chunk)
	return chunk, nil
}

// CompileFile is Compile of a file. Its name is not cut in errors, so that it can be opened.
func (s *Sources) CompileFile(name, text string) (*Chunk, error) {
	chunk, err := Compile(name, text)
	if err != nil {
		return nil, err
	}
	chunk.Origin = "@" + name
	s.Keep(chunk)
	return chunk, nil
}

// Arrive compiles a chunk that came with a function, once.
func (s *Sources) Arrive(name, text string) (*Chunk, error) {
	if chunk := s.named[name].Value(); chunk != nil && chunk.Text == text {
		return chunk, nil
	}
	chunk, err := Compile(name, text)
	if err == nil {
		s.Add(chunk)
	}
	return chunk, err
}

// Keep is Add of a chunk that is remembered for good.
func (s *Sources) Keep(chunk *Chunk) {
	s.kept = append(s.kept, chunk)
	s.Add(chunk)
}

// Add remembers a chunk by its name as long as one of its functions lives.
func (s *Sources) Add(chunk *Chunk) {
	s.read(chunk.Text)
	interp.InfoOf(chunk.Proto).Chunk = chunk
	s.named[chunk.Name] = weak.Make(chunk)
	if len(s.named) > max(s.many, 1000) {
		maps.DeleteFunc(s.named, func(_ string, p weak.Pointer[Chunk]) bool { return p.Value() == nil })
		s.many = 2 * len(s.named)
	}
}

// Text gives the text of a chunk as errors show it.
func (s *Sources) Text(name string) (string, bool) {
	c := s.named[name].Value()
	if c == nil {
		return "", false
	}
	return c.shown(), true
}

func (c *Chunk) shown() string {
	if c.Shown != "" {
		return c.Shown
	}
	return c.Text
}

var namedFunction = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:function\s+([A-Za-z_][\w.:]*)\s*\(|([A-Za-z_]\w*)\s*=\s*function\b)`)
})

// FunctionName reads what a function is called off the line that begins it:
// "shout" for local function shout(). A line that begins two tells nothing.
func FunctionName(fn *lua.LFunction) string {
	chunk, ok := interp.ChunkOf(fn.Proto).(*Chunk)
	if !ok {
		return ""
	}
	text := Line(chunk.shown(), fn.Proto.LineDefined)
	m := namedFunction().FindStringSubmatch(text)
	if m == nil || strings.Count(text, "function") != 1 {
		return ""
	}
	return m[1] + m[2]
}

// Line gives one line of a chunk, counted from 1.
func (s *Sources) Line(name string, line int) (string, bool) {
	text, ok := s.Text(name)
	if !ok || line < 1 {
		return "", false
	}
	return Line(text, line), true
}
