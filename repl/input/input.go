// Package input says what an input of the prompt is, before Lua reads it.
//
//   - input.go tells by the first sign: $ is a line of shell, : a command, | the rest of a
//     chain of stages; x? is a question
//   - command.go is the table of the commands, which help and completion read, too
//   - value.go finds names with their indexes, a.b[1]:c, and the values of these
//   - path.go reads the paths that are typed, and writes paths as words of a shell
package input

import "strings"

// IsShell reports whether an input is one line of shell: it begins with $.
func IsShell(text string) bool {
	return strings.HasPrefix(strings.TrimLeft(text, " \t"), "$")
}

// Colon gives what stands behind the colon of a command. A label, ::name::, is Lua's.
func Colon(text string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(strings.TrimSpace(text), ":")
	return rest, ok && !strings.HasPrefix(rest, ":")
}

// GoesOn reports whether an input goes on with the chain of stages before it: it begins with |.
func GoesOn(text string) bool { return strings.HasPrefix(strings.TrimSpace(text), "|") }

// Question gives what x? and ?x ask about. In a line of shell ? matches a character.
func Question(text string) (about string, ok bool) {
	text = strings.TrimSpace(text)
	if IsShell(text) {
		return "", false
	}
	if about, ok = strings.CutSuffix(text, "?"); !ok {
		about, ok = strings.CutPrefix(text, "?")
	}
	about = strings.TrimSpace(about)
	return about, ok && (isNamed(about) || !strings.ContainsAny(about, "\n\"'`=") && !strings.HasPrefix(about, "--"))
}

// ForPrompt reports whether an input is a question or a command, and nothing that runs.
func ForPrompt(text string) bool {
	_, asks := Question(text)
	_, colon := Colon(text)
	return asks || colon
}

// FirstWord takes a text apart behind its first word.
func FirstWord(text string) (word, rest string) {
	word, rest, _ = strings.Cut(strings.TrimSpace(text), " ")
	return word, strings.TrimLeft(rest, " ")
}

// CutLast cuts a text at the last of some signs.
func CutLast(text, signs string) (before, after string, found bool) {
	i := strings.LastIndexAny(text, signs)
	if i < 0 {
		return "", text, false
	}
	return text[:i], text[i+1:], true
}
