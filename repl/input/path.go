package input

import (
	"os"
	"strings"
)

// ExamplePrefix is how :run names an example.
const ExamplePrefix = "example:"

// Path reads a path as it is typed behind a command: in quotes, or not.
func Path(text string) string { return ExpandHome(strings.Trim(text, `"'`)) }

// ExpandHome puts the home folder in place of a path's first ~.
func ExpandHome(path string) string {
	if rest, ok := strings.CutPrefix(path, "~"); ok && (rest == "" || os.IsPathSeparator(rest[0])) {
		if home, err := os.UserHomeDir(); err == nil {
			return home + rest
		}
	}
	return path
}

// special are the signs that a shell would take for its own.
const special = " \t|&;<>()$`\\\"'*?[]#{}!"

// ShellWord writes a path as a word of a line of shell, in a string of Lua's whose quote is
// sign, or 0 where it is in none. The quote of a folder stays open: there is more to come. It
// is not ok where no quote can hold the path.
func ShellWord(path string, sign byte) (word string, ok bool) {
	if !strings.ContainsAny(path, special) {
		return path, true
	}
	home := ""
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		home, path = "~/", rest
	}
	quote := "'"
	if strings.Contains(path, "'") {
		if strings.ContainsAny(path, "\"$`\\") {
			return "", false
		}
		quote = `"`
	}
	if strings.ContainsRune(path, '\\') && sign != 0 {
		return "", false
	}
	if sign != 0 && strings.IndexByte(path, sign) >= 0 {
		path = strings.ReplaceAll(path, string(sign), `\`+string(sign))
	}
	if quote[0] == sign {
		quote = `\` + quote
	}
	if strings.HasSuffix(path, "/") {
		return home + quote + path, true
	}
	return home + quote + path + quote, true
}
