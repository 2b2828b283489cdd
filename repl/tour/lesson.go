// Package tour is weir tour: ten short lessons along the lecture's outline. Each shows some lines, asks
// what they will do, runs them, and compares.
//
//   - lesson.go reads the lessons: each is a Lua file under lessons/ that returns a table
//   - tour.go goes from lesson to lesson, and step.go through one; outcome.go runs its lines
//   - ask.go and order.go read answers; try.go is the prompt at which lines can be tried
//   - page.go writes so that nothing scrolls away unread; progress.go keeps where the user is
//
// A lesson has no answer written down: its function seen judges a run by the output.
package tour

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/script"
	"weir/script/interp"
)

//go:embed lessons/*.lua
var files embed.FS

// Lesson is one of the ten.
type Lesson struct {
	Number int      `json:"number"`
	Title  string   `json:"title"`
	Rows   []string `json:"rows"` // of the lecture's outline, L1 to L12

	text     string
	code     string // shown, and run as it stands
	question string
	choices  []string
	remarks  map[int]string // on a choice, if that is what happened
	why      string
	try      string // lines for the prompt
	seen     *lua.LFunction
}

// Book holds the lessons, and the VM of their functions seen.
type Book struct {
	Lessons []*Lesson
	vm      *script.VM
}

// Open reads the lessons.
func Open() (*Book, error) {
	names, err := fs.Glob(files, "lessons/*.lua")
	if err != nil {
		return nil, err
	}
	b := &Book{vm: script.New(script.Options{Script: "tour"})}
	for i, name := range names {
		l, err := b.read(name)
		if err != nil {
			b.Close()
			return nil, fmt.Errorf("tour: %w", err)
		}
		l.Number = i + 1
		b.Lessons = append(b.Lessons, l)
	}
	return b, nil
}

// Close closes the VM.
func (b *Book) Close() { _ = b.vm.Close() }

func (b *Book) read(name string) (*Lesson, error) {
	text, err := files.ReadFile(name)
	if err != nil {
		return nil, err
	}
	values, err := b.vm.Eval(name, string(text))
	if err != nil {
		return nil, err
	}
	if len(values) != 1 || values[0].Type() != lua.LTTable {
		return nil, fmt.Errorf("%s: must return one table", name)
	}
	t := values[0].(*lua.LTable)
	field := func(name string) string { return strings.TrimSpace(lua.LVAsString(t.RawGetString(name))) }
	l := &Lesson{
		Title: field("title"), Rows: texts(t, "rows"),
		text: field("text"), code: field("code"), question: field("question"), why: field("why"),
		try:     field("try"),
		choices: texts(t, "choices"), remarks: map[int]string{},
	}
	l.seen, _ = t.RawGetString("seen").(*lua.LFunction)
	if l.seen == nil || l.code == "" || len(l.choices) == 0 || len(l.Rows) == 0 {
		return nil, fmt.Errorf("%s: a lesson has rows, code, choices and a function seen", name)
	}
	if remarks, ok := t.RawGetString("remarks").(*lua.LTable); ok {
		remarks.ForEach(func(k, v lua.LValue) { l.remarks[int(lua.LVAsNumber(k))] = lua.LVAsString(v) })
	}
	return l, nil
}

// texts reads a list of strings.
func texts(t *lua.LTable, name string) (list []string) {
	if from, ok := t.RawGetString(name).(*lua.LTable); ok {
		for i := 1; i <= from.Len(); i++ {
			list = append(list, lua.LVAsString(from.RawGetInt(i)))
		}
	}
	return list
}

// judge asks a lesson which of its choices a run was; 0 is none.
func (b *Book) judge(l *Lesson, r *outcome) (int, error) {
	L := b.vm.Lua()
	t := L.NewTable()
	t.RawSetString("output", lua.LString(r.output))
	t.RawSetString("elapsed", lua.LNumber(r.elapsed.Seconds()))
	if r.err != nil {
		t.RawSetString("error", lua.LString(r.err.Error()))
	}
	seen, err := interp.Invoke(L, l.seen, t)
	if err != nil {
		return 0, fmt.Errorf("lesson %d: its judgement failed: %w", l.Number, err)
	}
	n, ok := seen.(lua.LNumber)
	if !ok || n < 1 || int(n) > len(l.choices) {
		return 0, nil
	}
	return int(n), nil
}

// letter is the letter of a choice.
func letter(choice int) string { return string(rune('a' + choice - 1)) }
