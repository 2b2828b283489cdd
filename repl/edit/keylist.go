package edit

import "strings"

// KeyHelp says what keys do.
type KeyHelp struct {
	Keys []string // their names, as a key has them
	What string
}

// Keys are those of the usual mode, as help lists them.
func Keys() []KeyHelp {
	return []KeyHelp{
		{[]string{keyEnter, "C-j"}, "runs the input, or begins another line where it is not whole"},
		{[]string{"M-Enter"}, "begins another line"},
		{[]string{keyTab}, "completes what stands at the cursor; again: a line of help for each candidate"},
		{[]string{keyRight, "C-f"}, "a character to the right; at the end takes what the history suggests"},
		{[]string{keyLeft, "C-b"}, "a character to the left"},
		{[]string{"M-f"}, "a word to the right"},
		{[]string{"M-b"}, "a word to the left"},
		{[]string{keyHome, "C-a"}, "to the start of the line"},
		{[]string{keyEnd, "C-e"}, "to its end; there takes what the history suggests"},
		{[]string{keyUp, "C-p"}, "the line above, from the first one the input before"},
		{[]string{keyDown, "C-n"}, "the line below, from the last one the input after"},
		{[]string{"M-<"}, "to the start of the input"},
		{[]string{"M->"}, "to its end"},
		{[]string{"C-r"}, "searches the inputs; again: an older one; Ctrl-G gives up"},
		{[]string{keyBackspace}, "deletes to the left"},
		{[]string{keyDelete, "C-d"}, "deletes to the right; Ctrl-D in an empty input ends the session"},
		{[]string{"C-w"}, "cuts to the blank before"},
		{[]string{"M-Backspace"}, "cuts the word to the left"},
		{[]string{"M-d"}, "cuts the word to the right"},
		{[]string{"C-u"}, "cuts to the start of the line"},
		{[]string{"C-k"}, "cuts to its end"},
		{[]string{"C-y"}, "puts back what was cut last"},
		{[]string{"C-t"}, "exchanges two characters"},
		{[]string{"C-_"}, "takes the last change back"},
		{[]string{"C-l"}, "clears the screen"},
		{[]string{"C-c"}, "drops the input; while something runs, stops it"},
	}
}

// Shown are the keys as a person writes them: "Home, Ctrl-A".
func (k KeyHelp) Shown() string {
	list := make([]string, len(k.Keys))
	for i, name := range k.Keys {
		switch {
		case strings.HasPrefix(name, "C-"):
			name = "Ctrl-" + strings.ToUpper(name[2:])
		case strings.HasPrefix(name, "M-"):
			name = "Alt-" + strings.ToUpper(name[2:3]) + name[3:]
		}
		list[i] = name
	}
	return strings.Join(list, ", ")
}
