package repl

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/script/syntax"
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

// texts are those that a setting can be, where its type names them: "emacs"|"vi".
func (s setting) texts() (list []string) {
	for _, part := range strings.Split(s.returns, "|") {
		if text, err := strconv.Unquote(part); err == nil {
			list = append(list, text)
		}
	}
	return list
}

var settings = []setting{
	{"prompt", lua.LString(promptFirst), "string|fun(): string", "the prompt, or a function that is called for each"},
	{"more", lua.LString(promptMore), "string|fun(): string", "the same, for the lines of an input that goes on"},
	{"colours", lua.LTrue, "boolean", "false for none; NO_COLOR has the same effect"},
	{"editing", lua.LString("emacs"), `"emacs"|"vi"`, "whose keys edit an input: \"emacs\" or \"vi\"; help\"keys\" lists them"},
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
	text, err := readInit(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return
	case err != nil:
		fmt.Fprintln(p.Err, harmless(err.Error(), false))
		return
	}
	ctx, cancel := p.Context()
	defer cancel()
	p.VM.SetContext(ctx)
	if _, err := p.VM.Eval(path, text); err != nil {
		fmt.Fprintln(p.Err, err)
	}
}

// readInit reads a file that is the user's own, and that nobody else may write.
func readInit(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	why, err := distrust(path, f)
	if err != nil {
		return "", err
	}
	if why != "" {
		return "", fmt.Errorf("%s is not run: %s", path, why)
	}
	text, err := io.ReadAll(f)
	return string(text), err
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
	p.checkConfig()
	return p.promptText("prompt", promptFirst), p.promptText("more", promptMore)
}

// checkConfig tells of names in config that mean nothing, and of values that cannot
// be, each once.
func (p *Prompt) checkConfig() {
	t, ok := p.VM.Lua().GetGlobal(configName).(*lua.LTable)
	if !ok {
		return
	}
	t.ForEach(func(k, v lua.LValue) {
		name, _ := k.(lua.LString)
		switch {
		case name == "colours" && v.Type() == lua.LTBool, name == "editing" && (v == lua.LString("emacs") || v == lua.LString("vi")):
		case name == "colours":
			p.tellConfig(`colours: it is true or false, but this is %s`, p.text(v))
		case name == "editing":
			p.tellConfig(`editing: it is "emacs" or "vi", but this is %s`, p.show(v))
		case name != "prompt" && name != "more":
			var names []string
			for _, s := range settings {
				names = append(names, s.name)
			}
			near, _ := syntax.Nearest(p.text(k), names)
			if near != "" {
				near = "; did you mean " + near + "?"
			}
			p.tellConfig("there is no setting %s%s", p.text(k), near)
		}
	})
}

// tellConfig tells of a fault in config, once.
func (p *Prompt) tellConfig(format string, args ...any) {
	text := harmless(configName+": "+fmt.Sprintf(format, args...), true)
	if !p.faults[text] {
		if p.faults == nil {
			p.faults = map[string]bool{}
		}
		p.faults[text] = true
		fmt.Fprintln(p.Err, text)
	}
}

// promptText reads a prompt. One that is no text, and a function that fails, are told
// of and replaced by the usual.
func (p *Prompt) promptText(name, usual string) string {
	v := p.setting(name)
	fn, computed := v.(*lua.LFunction)
	if computed {
		ctx, cancel := p.Context()
		defer cancel()
		p.VM.SetContext(ctx)
		values, err := p.VM.Call(fn)
		switch {
		case err != nil:
			p.tellConfig("%s: %v", name, err)
			v = lua.LNil
		case len(values) == 0 || values[0] == lua.LNil:
			p.tellConfig("%s: the function gives no text", name)
			v = lua.LNil
		default:
			v = values[0]
		}
	}
	if text, ok := v.(lua.LString); ok {
		return string(text)
	}
	if v != lua.LNil {
		p.tellConfig("%s: it is text or a function that gives text, but this is a %s", name, v.Type())
	}
	if t, ok := p.VM.Lua().GetGlobal(configName).(*lua.LTable); ok {
		t.RawSetString(name, lua.LString(usual))
	}
	return usual
}

// Colours tells whether config wants colours.
func (p *Prompt) Colours() bool { return p.setting("colours") != lua.LFalse }

// Vi tells whether config wants vi's keys.
func (p *Prompt) Vi() bool { return p.setting("editing") == lua.LString("vi") }
