package graph

import (
	"os"
	"strconv"
	"strings"
)

// ScreenOf says what the terminal behind a file can show, from locale(7)'s
// variables and its width. What is no terminal has no width, unless COLUMNS
// says one.
func ScreenOf(f *os.File) TextOptions {
	width := columns(f)
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n > 0 && width == 0 {
		width = n
	}
	return TextOptions{ASCII: !showsUnicode(), Width: width}
}

// utf8Locale follows setlocale(3): the first of these variables that is set.
func utf8Locale() bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := os.Getenv(name); v != "" {
			v = strings.ToUpper(v)
			return strings.Contains(v, "UTF-8") || strings.Contains(v, "UTF8")
		}
	}
	return false
}
