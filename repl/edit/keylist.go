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
		{[]string{"C-t"}, "exchanges two characters; in an empty input says what each stage of the jobs does"},
		{[]string{"C-_"}, "takes the last change back"},
		{[]string{"C-l"}, "clears the screen"},
		{[]string{"C-c"}, "drops the input; while something runs, stops it"},
	}
}

// ViKeys are those of command mode where vi's keys are wanted.
func ViKeys() []KeyHelp {
	return []KeyHelp{
		{[]string{keyEscape}, "ends inserting, and drops a command that is not whole"},
		{[]string{"i", "a"}, "insert at the cursor, behind it"},
		{[]string{"I", "A"}, "insert at the line's first character, at its end"},
		{[]string{"o", "O"}, "insert another line below, above"},
		{[]string{"h", keyBackspace}, "a character to the left"},
		{[]string{"l", " "}, "a character to the right"},
		{[]string{"0", "^", "$"}, "to the start of the line, its first character, its end"},
		{[]string{"w", "b", "e"}, "to the next word, the one before, the end of a word"},
		{[]string{"W", "B", "E"}, "the same by blanks"},
		{[]string{"f", "t", "F", "T"}, "and a character: to it, or next to it; to the left"},
		{[]string{";", ","}, "the same once more, the other way"},
		{[]string{"%"}, "to the bracket that belongs to this one"},
		{[]string{"1-9"}, "a count, before a command or a motion: 3x, 2dw, d2w"},
		{[]string{"d", "c", "y"}, "and a motion: cut, change, copy so far; dd, cc, yy the line"},
		{[]string{"iw", "aw", "iW", "aW"}, "behind d, c and y: the word at the cursor; a with its blanks"},
		{[]string{"i\"", "a\"", "i'", "a'", "i`", "a`"}, "the string; a with its quotes"},
		{[]string{"i(", "a(", "i[", "a[", "i{", "a{"}, "what is in brackets; a with them"},
		{[]string{"D", "C", "Y"}, "d$, c$ and y$"},
		{[]string{"x", "X"}, "cut a character, the one before"},
		{[]string{"s", "S"}, "change a character, the line"},
		{[]string{"r"}, "and a character: replaces the one at the cursor"},
		{[]string{"~"}, "makes a small letter a capital, a capital a small one"},
		{[]string{"p", "P"}, "put back what was cut or copied last: behind, before the cursor"},
		{[]string{"."}, "does the last change once more"},
		{[]string{"u"}, "takes the last change back"},
		{[]string{"k", "j"}, "the line above, below; from the first and the last one other inputs"},
		{[]string{"gg", "G"}, "to the oldest input, back to this one"},
		{[]string{"/", "?"}, "search the inputs: older ones, newer ones; Enter ends the search"},
		{[]string{"n", "N"}, "search for the same once more, the other way"},
	}
}

// InsertKeys are those of the usual mode that vi's insert mode has, too: all but
// letters with Alt, as Escape is a key of its own there.
func InsertKeys() (list []KeyHelp) {
	for _, k := range Keys() {
		if name := k.Keys[0]; !strings.HasPrefix(name, "M-") || len(name) > len("M-x") {
			list = append(list, k)
		}
	}
	return list
}

// Shown are the keys as a person writes them: "Home, Ctrl-A".
func (k KeyHelp) Shown() string {
	list := make([]string, len(k.Keys))
	for i, name := range k.Keys {
		switch {
		case name == " ":
			name = "Space"
		case strings.HasPrefix(name, "C-"):
			name = "Ctrl-" + strings.ToUpper(name[2:])
		case strings.HasPrefix(name, "M-"):
			name = "Alt-" + strings.ToUpper(name[2:3]) + name[3:]
		}
		list[i] = name
	}
	return strings.Join(list, ", ")
}
