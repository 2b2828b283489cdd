package repl

import (
	"fmt"
	"os"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/repl/config"
	"weir/repl/input"
	"weir/script"
	"weir/script/syntax"
	"weir/script/travel"
)

// colonSave writes the inputs so that a script does what they did.
func (p *Prompt) colonSave(arg string) error {
	path := input.Path(arg)
	shown := harmless(path, false)
	saved := p.session.script()
	if _, err := syntax.Compile(shown, saved.text); err != nil {
		return fmt.Errorf("save %s: nothing is written, because it would not compile: %w", shown, err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if os.IsExist(err) {
		return fmt.Errorf("save %s: it is there already; take another name, or remove it", shown)
	}
	if err == nil {
		_, err = f.WriteString(saved.text)
		if end := f.Close(); err == nil {
			err = end
		}
	}
	if err != nil {
		return fmt.Errorf("save %s: %w", shown, cause(err))
	}
	are := "inputs are"
	if saved.inputs == 1 {
		are = "input is"
	}
	return p.VM.WriteOut(fmt.Sprintf("%d %s in %s: weir run %s\n%s", saved.inputs, are, shown, shown, saved.remarks()))
}

// savedScript is a session as a script.
type savedScript struct {
	text   string
	inputs int            // how many are in it
	counts map[reason]int // how many have which reason; "" for those that are whole
}

// reason says why an input is not in the script, or what is to be checked there.
type reason string

const (
	forPrompt    reason = "for the prompt alone"
	setsConfig   reason = "to set config"
	blankInFront reason = "with a blank in front"
	failed       reason = "failed"
	isCD         reason = "with cd"
	inNoScript   reason = "that no script can have"
	otherFolder  reason = "with files of a folder that the script does not go to"
)

// remarks lists the inputs that are not in the script, or are to be checked.
func (s *savedScript) remarks() string {
	var text string
	for _, list := range []struct {
		title   string
		reasons []reason
	}{
		{"left out", []reason{forPrompt, setsConfig, blankInFront}},
		{"as comments", []reason{failed, isCD, inNoScript}},
		{"check", []reason{otherFolder}},
	} {
		var counts []string
		for _, w := range list.reasons {
			if n := s.counts[w]; n > 0 {
				counts = append(counts, fmt.Sprintf("%d %s", n, w))
			}
		}
		if len(counts) > 0 {
			text += list.title + ": " + strings.Join(counts, ", ") + "\n"
		}
	}
	return text
}

// script writes the inputs as a script. Each is compiled by itself, and becomes a comment if it
// cannot stand in a script.
func (s *session) script() savedScript {
	w := savedScript{counts: map[reason]int{}}
	form := scriptForm{first: s.first}
	for _, in := range s.inputs {
		form.last = form.last || uses(in.text, "_")
		form.config = form.config || in.err == nil && readsConfig(in.text)
	}
	var b strings.Builder
	for _, in := range s.inputs {
		text, why := form.input(in)
		w.counts[why]++
		switch why {
		case failed:
			message, _, _ := strings.Cut(harmless(in.err.Error(), true), "\n")
			b.WriteString(comment("failed: "+message) + comment(text))
		case isCD, inNoScript:
			b.WriteString(comment(text))
		case otherFolder, "":
			if why == otherFolder {
				b.WriteString(comment("in " + harmless(in.folder, false)))
			}
			b.WriteString(text + "\n")
			w.inputs++
		}
	}
	w.text = comment("a session at weir's prompt") + head(b.String()) + b.String()
	return w
}

// comment writes the lines of a text as comments.
func comment(text string) string {
	return "-- " + strings.NewReplacer("\n", "\n-- ", "\r", " ").Replace(text) + "\n"
}

// head defines those globals of the prompt's that a text reads and a script does not have.
func head(text string) string {
	chunk, err := syntax.Compile("", text)
	if err != nil {
		return ""
	}
	var made string
	for _, name := range travel.Names(chunk.Proto) {
		switch name {
		case config.Global:
			var fields []string
			for _, s := range config.Settings {
				value := s.Usual.String()
				if s.Usual.Type() == lua.LTString {
					value = script.Quote(value)
				}
				fields = append(fields, s.Name+" = "+value)
			}
			made += config.Global + " = {" + strings.Join(fields, ", ") + "}\n"
		case "help":
			made += "help = function() end\n"
		}
	}
	return made
}
