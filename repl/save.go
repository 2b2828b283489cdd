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
	return p.VM.WriteOut(fmt.Sprintf("%d %s in %s: weir run %s\n%s", saved.inputs, are, shown, shown, saved.missing()))
}

// savedScript is a session as a script.
type savedScript struct {
	text   string
	inputs int         // so many are in it
	left   map[why]int // so many are not
}

// why an input is not in the script, or does less in it.
type why string

const (
	whyPrompt why = "for the prompt alone"
	whyConfig why = "to set config"
	whyBlank  why = "behind a blank"
	whyFailed why = "failed"
	whyFolder why = "of cd"
	whyNoText why = "that no script can have"
	whyElse   why = "with files of a folder that the script does not go to"
)

// missing tells of the inputs that are not in the script.
func (s *savedScript) missing() string {
	var text string
	for _, list := range []struct {
		title string
		why   []why
	}{
		{"left out", []why{whyPrompt, whyConfig, whyBlank}},
		{"as comments", []why{whyFailed, whyFolder, whyNoText}},
		{"look at those", []why{whyElse}},
	} {
		var counts []string
		for _, w := range list.why {
			if n := s.left[w]; n > 0 {
				counts = append(counts, fmt.Sprintf("%d %s", n, w))
			}
		}
		if len(counts) > 0 {
			text += list.title + ": " + strings.Join(counts, ", ") + "\n"
		}
	}
	return text
}

// script writes the inputs as a script. Each is compiled by itself: what cannot stand
// in a script becomes a comment there.
func (s *session) script() savedScript {
	w := savedScript{left: map[why]int{}}
	form := scriptForm{first: s.first}
	for _, in := range s.inputs {
		form.last = form.last || uses(in.text, "_")
		form.config = form.config || in.err == nil && readsConfig(in.text)
	}
	var b strings.Builder
	for _, in := range s.inputs {
		text, reason := form.input(in)
		w.left[reason]++
		switch reason {
		case whyFailed:
			message, _, _ := strings.Cut(harmless(in.err.Error(), true), "\n")
			b.WriteString(comment("failed: "+message) + comment(text))
		case whyFolder, whyNoText:
			b.WriteString(comment(text))
		case whyElse, "":
			if reason == whyElse {
				b.WriteString(comment("in " + harmless(in.folder, false)))
			}
			b.WriteString(text + "\n")
			w.inputs++
		}
	}
	w.text = comment("a session at weir's prompt") + head(b.String()) + b.String()
	return w
}

// comment writes a text as comments, a line each.
func comment(text string) string {
	return "-- " + strings.NewReplacer("\n", "\n-- ", "\r", " ").Replace(text) + "\n"
}

// head makes what a script has not and the prompt has, where a text needs it.
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
