package help

import (
	"fmt"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/repl/config"
	"weir/repl/edit"
	"weir/repl/input"
	"weir/repl/reference"
	"weir/script"
	"weir/script/library"
)

// groupPrompt has the globals that only the prompt has.
const groupPrompt library.Group = "prompt"

// promptEntries are those of groupPrompt.
func promptEntries() []library.Entry {
	return []library.Entry{
		{Group: groupPrompt, Name: "help", Signature: "help([x])", Example: `help(ring)`,
			Summary: "at the prompt and in -e: what a function or a value is; a string is a name, or is searched for",
			Long: `help() is an overview. x? is help for the name x, also of a method: r:send? for a ring r. ` +
				`help"queue:send" is about one method, help"send" about all that have the name.`},
		{Group: groupPrompt, Name: "_", Signature: "_", Example: "print(_)", Returns: "any",
			Summary: "at the prompt: the last value that was shown, or the last run's result"},
		{Group: groupPrompt, Name: config.Global, Signature: config.Global, Returns: "weir.Config",
			Summary: "at the prompt: its settings, which init.lua changes", Example: config.Global + `.prompt = "% "`,
			Long: "The file is $XDG_CONFIG_HOME/weir/init.lua, or ~/.config/weir/init.lua. It is run before the " +
				"first input, and its globals are there for all inputs. It is not run if others may write it, or " +
				"its folder." + settingText()},
	}
}

// viKeysText stands before the keys of vi's command mode.
const viKeysText = `If config.editing is "vi", Escape begins command mode, which has these keys:`

// keys is help for the keys, in the mode that config has.
func (h Pages) keys() string {
	if config.Vi(h.VM) {
		return h.viKeys() + "\n" + h.text().Wrapped("While text is inserted, the usual keys work:", "") + "\n" +
			h.text().Described(keyRows(edit.InsertKeys()))
	}
	return h.text().Described(keyRows(edit.Keys())) + "\n" +
		h.text().Wrapped(`config.editing = "vi" is for vi's keys, which help"vi" lists.`, "")
}

func (h Pages) viKeys() string {
	return h.text().Wrapped(viKeysText, "") + "\n" + h.text().Described(keyRows(edit.ViKeys()))
}

// keyRows is a row for each line about keys.
func keyRows(keys []edit.KeyHelp) reference.Rows {
	var rows reference.Rows
	for _, k := range keys {
		rows = append(rows, [2]string{k.Shown(), k.What})
	}
	return rows
}

// settingText is a line for each field of config.
func settingText() string {
	var b strings.Builder
	for i, s := range config.Settings {
		if i == 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "\n  %-16s%s", config.Global+"."+s.Name, s.Summary)
	}
	return b.String()
}

// EntryOf finds the entry of a value, of the library's or of the prompt's own.
func EntryOf(vm *script.VM, v lua.LValue) (library.Entry, bool) {
	if e, ok := vm.EntryOf(v); ok {
		return e, true
	}
	for _, e := range promptEntries() {
		if e.Name != "_" && v != lua.LNil && vm.Lua().GetGlobal(e.Name) == v {
			return e, true
		}
	}
	return library.Entry{}, false
}

// commandRows are the prompt's commands.
func commandRows() reference.Rows {
	var rows reference.Rows
	for _, c := range input.Commands {
		rows = append(rows, [2]string{c.Usage(), c.Summary})
	}
	return rows
}

// Colon is what :help says of a name. Without a name it lists the commands.
func (h Pages) Colon(name string) string {
	if name == "" {
		return h.text().Described(append(commandRows(), otherInputs...))
	}
	isCommand := func(c input.Command) bool { return c.Name == strings.TrimPrefix(name, ":") }
	if slices.ContainsFunc(input.Commands, isCommand) && !hasEntry(name) {
		name = ":" + strings.TrimPrefix(name, ":")
	}
	return h.Question(name)
}

// otherInputs are those that are neither Lua nor commands.
var otherInputs = reference.Rows{
	{"x?", "what x is, as help(x)"},
	{"$ LINE", "one line of shell"},
	{"| STAGE", "adds a stage to the last chain that was run, and runs all of it; a $ LINE is no chain"},
	{"_", "the last value, or the last run's result"},
	{"help()", "the overview"},
}

// command is help for a command's name.
func (h Pages) command(name string) string {
	c, err := input.CommandNamed(strings.TrimPrefix(name, ":"))
	if err != nil {
		return h.text().Wrapped(err.Error(), "")
	}
	text := h.text().Wrapped(c.Usage(), "") + h.text().Wrapped(c.Summary, "  ")
	if c.Example != "" {
		text += h.text().Example(c.Example)
	}
	return text
}
