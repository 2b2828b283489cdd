package words

import (
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// globs adds the words of the fields to all: the names that a pattern
// matches, in the order of their bytes, or the word itself where none does.
func (x *expander) globs(all []string, fields []field) []string {
	for _, f := range fields {
		if f.globs {
			if names := x.glob(string(f.pat)); len(names) > 0 {
				all = append(all, names...)
				continue
			}
		}
		all = append(all, string(f.text))
	}
	return all
}

// glob finds the files that pat matches. A folder that cannot be read holds
// none, as in bash.
func (x *expander) glob(pat string) []string {
	paths := []string{""}
	found, check := false, false
	for pat != "" && len(paths) > 0 {
		part, slash := pat, ""
		if i := strings.IndexByte(pat, '/'); i >= 0 {
			part, slash = pat[:i], "/"
		}
		pat = pat[len(part)+len(slash):]
		tokens := compile(part)
		if literalOnly(tokens) {
			for i := range paths {
				paths[i] += literalText(tokens) + slash
			}
			check = check || part != ""
			continue
		}
		found, check = true, false
		var further []string
		for _, p := range paths {
			further = x.matches(further, p, tokens, slash)
		}
		paths = further
	}
	if !found {
		return nil
	}
	if check {
		kept := paths[:0]
		for _, p := range paths {
			if _, err := os.Lstat(x.absolute(p)); err == nil {
				kept = append(kept, p)
			}
		}
		paths = kept
	}
	sort.Strings(paths)
	return paths
}

// matches adds the names in folder that the tokens match; those of folders
// only where a slash follows.
func (x *expander) matches(out []string, folder string, tokens []token, slash string) []string {
	entries, err := os.ReadDir(x.absolute(folder))
	if err != nil {
		return out
	}
	hidden := tokens[0].is('.')
	for _, e := range entries {
		name := e.Name()
		if name[0] == '.' && !hidden || !whole(tokens, name) {
			continue
		}
		if slash != "" && !x.isFolder(e, folder+name) {
			continue
		}
		out = append(out, folder+name+slash)
	}
	return out
}

func (x *expander) isFolder(e fs.DirEntry, path string) bool {
	if e.Type()&fs.ModeSymlink == 0 {
		return e.IsDir()
	}
	info, err := os.Stat(x.absolute(path))
	return err == nil && info.IsDir()
}

func (x *expander) absolute(path string) string {
	if filepath.IsAbs(path) || strings.HasPrefix(path, "/") {
		return path
	}
	return x.env.Dir + "/" + path
}

func literalOnly(tokens []token) bool {
	for _, t := range tokens {
		if t.kind != one {
			return false
		}
	}
	return true
}

func literalText(tokens []token) string {
	var b strings.Builder
	for _, t := range tokens {
		if t.char < 0 {
			b.WriteByte(byte(-1 - t.char))
		} else {
			b.WriteRune(t.char)
		}
	}
	return b.String()
}
