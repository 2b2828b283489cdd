// Package config has the prompt's settings: the table config, which Lua reads and writes, and
// the file init.lua, which is run before the first input.
//
//   - config.go is the table and what is wrong in it
//   - init.go finds the file and runs it
//   - distrust_unix.go, distrust_windows.go refuse a file that others may write
package config

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime/cells"
	"weir/script"
	"weir/script/show"
	"weir/script/syntax"
)

// The prompts of a first line and of one that goes on, unless config says otherwise.
const (
	promptFirst = "weir> "
	promptMore  = "   .. "
)

// Global is the name of the table.
const Global = "config"

// Setting is a field of config.
type Setting struct {
	Name    string
	Usual   lua.LValue
	Type    string // as the library's table has it
	Summary string
}

// Texts are those that a setting can be, where its type names them: "emacs"|"vi".
func (s Setting) Texts() (list []string) {
	for _, part := range strings.Split(s.Type, "|") {
		if text, err := strconv.Unquote(part); err == nil {
			list = append(list, text)
		}
	}
	return list
}

// Settings are all of them.
var Settings = []Setting{
	{"prompt", lua.LString(promptFirst), "string|fun(): string", "the prompt, or a function that is called for each"},
	{"more", lua.LString(promptMore), "string|fun(): string", "the same, for the lines of an input that goes on"},
	{"colours", lua.LTrue, "boolean", "false for none; NO_COLOR has the same effect"},
	{"editing", lua.LString("emacs"), `"emacs"|"vi"`,
		"whose keys edit an input: \"emacs\" or \"vi\"; help\"keys\" lists them"},
}

// Config reads the settings of a VM.
type Config struct {
	VM  *script.VM
	Err io.Writer // takes what is wrong in them, each fault once
	// Context gives the context of a call of Lua, which Ctrl-C ends.
	Context func() (context.Context, context.CancelFunc)

	reported map[string]bool // faults
}

// table is config, where that is a table.
func table(vm *script.VM) (*lua.LTable, bool) {
	t, ok := vm.Lua().GetGlobal(Global).(*lua.LTable)
	return t, ok
}

// setting reads a field of config.
func setting(vm *script.VM, name string) lua.LValue {
	if t, ok := table(vm); ok {
		return t.RawGetString(name)
	}
	return lua.LNil
}

// Colours reports whether config wants colours.
func Colours(vm *script.VM) bool { return setting(vm, "colours") != lua.LFalse }

// Vi reports whether config wants vi's keys.
func Vi(vm *script.VM) bool { return setting(vm, "editing") == lua.LString("vi") }

// Prompts gives the prompts of a first line and of one that goes on.
func (c *Config) Prompts() (first, more string) {
	c.check()
	return c.prompt("prompt", promptFirst), c.prompt("more", promptMore)
}

// check reports names in config that mean nothing, and values that cannot be.
func (c *Config) check() {
	t, ok := table(c.VM)
	if !ok {
		return
	}
	L := c.VM.Lua()
	t.ForEach(func(k, v lua.LValue) {
		name, _ := k.(lua.LString)
		switch {
		case name == "colours" && v.Type() == lua.LTBool:
		case name == "editing" && (v == lua.LString("emacs") || v == lua.LString("vi")):
		case name == "colours":
			c.fault(`colours: it is true or false, but this is %s`, show.Text(L, v))
		case name == "editing":
			c.fault(`editing: it is "emacs" or "vi", but this is %s`, show.Value(L, v, show.WidthOf(nil)))
		case name != "prompt" && name != "more":
			var names []string
			for _, s := range Settings {
				names = append(names, s.Name)
			}
			similar, _ := syntax.Nearest(show.Text(L, k), names)
			if similar != "" {
				similar = "; did you mean " + similar + "?"
			}
			c.fault("there is no setting %s%s", show.Text(L, k), similar)
		}
	})
}

// fault reports what is wrong in config, once.
func (c *Config) fault(format string, args ...any) {
	text := cells.Harmless(Global+": "+fmt.Sprintf(format, args...), true)
	if !c.reported[text] {
		if c.reported == nil {
			c.reported = map[string]bool{}
		}
		c.reported[text] = true
		fmt.Fprintln(c.Err, text)
	}
}

// prompt reads a prompt. One that is no text, and a function that fails, are reported and
// replaced by the usual.
func (c *Config) prompt(name, usual string) string {
	v := setting(c.VM, name)
	if fn, computed := v.(*lua.LFunction); computed {
		v = c.computed(name, fn)
	}
	if text, ok := v.(lua.LString); ok {
		return string(text)
	}
	if v != lua.LNil {
		c.fault("%s: it is text or a function that gives text, but this is a %s", name, v.Type())
	}
	if t, ok := table(c.VM); ok {
		t.RawSetString(name, lua.LString(usual))
	}
	return usual
}

// computed gives what a prompt's function returns; nil where it gives no text.
func (c *Config) computed(name string, fn *lua.LFunction) lua.LValue {
	ctx, cancel := c.Context()
	defer cancel()
	c.VM.SetContext(ctx)
	values, err := c.VM.Call(fn)
	switch {
	case err != nil:
		c.fault("%s: %v", name, err)
	case len(values) == 0 || values[0] == lua.LNil:
		c.fault("%s: the function gives no text", name)
	default:
		return values[0]
	}
	return lua.LNil
}
