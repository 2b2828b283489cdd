package repl

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	lua "github.com/yuin/gopher-lua"
)

// The prompts of a first line and of one that goes on, unless config says
// otherwise.
const (
	promptFirst = "weir> "
	promptMore  = "   .. "
)

// configName is the global that the prompt reads its settings from.
const configName = "config"

// setting is a field of config.
type setting struct {
	name    string
	usual   lua.LValue
	returns string // its type, as the library's table has it
	summary string
}

var settings = []setting{
	{"prompt", lua.LString(promptFirst), "string|fun(): string", "the prompt, or a function that is called for each"},
	{"more", lua.LString(promptMore), "string|fun(): string", "the same, for the lines of an input that goes on"},
	{"colours", lua.LTrue, "boolean", "false for none; NO_COLOR has the same effect"},
	{"editing", lua.LString("emacs"), `"emacs"|"vi"`, "whose keys edit an input: \"emacs\" or \"vi\""},
}

// Configure makes the table config and runs the user's init.lua, if there is one.
// What is wrong in it is told, and keeps nothing else from working.
func (p *Prompt) Configure() {
	L := p.VM.Lua()
	t := L.NewTable()
	for _, s := range settings {
		t.RawSetString(s.name, s.usual)
	}
	L.SetGlobal(configName, t)
	path := initFile()
	if path == "" {
		return
	}
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return
	case err != nil:
		fmt.Fprintln(p.Err, err)
		return
	}
	ctx, cancel := p.Context()
	defer cancel()
	p.VM.SetContext(ctx)
	if _, err := p.VM.Eval(path, string(text)); err != nil {
		fmt.Fprintln(p.Err, err)
	}
}

// initFile is where the XDG base directory specification wants settings; empty
// where there is no home.
func initFile() string {
	dir := os.Getenv("XDG_CONFIG_HOME")
	if !filepath.IsAbs(dir) {
		home, err := os.UserHomeDir()
		if err != nil {
			return ""
		}
		dir = filepath.Join(home, ".config")
	}
	return filepath.Join(dir, "weir", "init.lua")
}

// setting reads a field of config.
func (p *Prompt) setting(name string) lua.LValue {
	if t, ok := p.VM.Lua().GetGlobal(configName).(*lua.LTable); ok {
		return t.RawGetString(name)
	}
	return lua.LNil
}

// prompts gives the prompts of a first line and of one that goes on.
func (p *Prompt) prompts() (first, more string) {
	return p.promptText("prompt", promptFirst), p.promptText("more", promptMore)
}

// promptText reads a prompt; a function that fails gives the usual one.
func (p *Prompt) promptText(name, usual string) string {
	switch v := p.setting(name).(type) {
	case lua.LString:
		return string(v)
	case *lua.LFunction:
		L := p.VM.Lua()
		ctx, cancel := p.Context()
		defer cancel()
		p.VM.SetContext(ctx)
		if err := L.CallByParam(lua.P{Fn: v, NRet: 1, Protect: true}); err != nil {
			return usual
		}
		text := lua.LVAsString(L.Get(-1))
		L.Pop(1)
		return text
	}
	return usual
}

// Colours tells whether config wants colours.
func (p *Prompt) Colours() bool { return p.setting("colours") != lua.LFalse }

// Vi tells whether config wants vi's keys.
func (p *Prompt) Vi() bool { return p.setting("editing") == lua.LString("vi") }
