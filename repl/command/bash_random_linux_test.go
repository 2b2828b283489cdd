package command

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// randomPrograms read and write; those from nonReaders on only write.
var randomPrograms = []string{"cat", `sh -c "cat; echo err >&2"`, "wc -l", `sh -c "echo out; echo err >&2"`, "echo line", "ls nonexistent", "printf open"}

const nonReaders = 3

// randomLine makes up a line of shell: programs with redirections that open only what is
// there or is the command's own. It is settled where no program may lose its reader, so
// that its exit status does not depend on who is first; one that writes twice never does.
func randomLine(r *rand.Rand, n int) (line string, settled bool) {
	settled = true
	before := ""
	for k := range 1 + r.IntN(3) {
		program := r.IntN(len(randomPrograms))
		redirections, readsElsewhere := randomRedirections(r, fmt.Sprintf("o%d.%d", n, k))
		if k > 0 && (program >= nonReaders || readsElsewhere) {
			if strings.HasPrefix(before, "sh") {
				break
			}
			settled = false
		}
		if k > 0 {
			line += [...]string{" | ", " | ", " |& "}[r.IntN(3)]
		}
		before = randomPrograms[program]
		line += before + redirections
	}
	return line, settled
}

// randomRedirections makes up to four of one command, to files whose names begin with own.
func randomRedirections(r *rand.Rand, own string) (text string, readsElsewhere bool) {
	written := []int{1, 2}
	file := func() string { return fmt.Sprintf("%s.%d", own, r.IntN(3)) }
	for range r.IntN(5) {
		fd := 1 + r.IntN(3)
		switch r.IntN(9) {
		case 0, 1:
			text += fmt.Sprintf(" %d>%s", fd, file())
		case 2:
			text += fmt.Sprintf(" %d>>%s", fd, file())
		case 3, 4:
			text += fmt.Sprintf(" %d>&%d", fd, written[r.IntN(len(written))])
		case 5:
			text += " &>" + [...]string{"", ">"}[r.IntN(2)] + file()
			fd = 1
		case 6:
			text += " >/dev/null"
			fd = 1
		case 7:
			text += " <" + [...]string{"a.txt", "b.txt", `"with space"`, "/dev/null"}[r.IntN(4)]
			readsElsewhere, fd = true, 0
		case 8:
			text += fmt.Sprintf(" 4<a.txt <&%d", 4*r.IntN(2))
			readsElsewhere, fd = true, 0
		}
		if fd == 3 {
			written = []int{1, 2, 3}
		}
	}
	return text, readsElsewhere
}

// TestRandomRedirectionsAgainstBash runs made-up lines by weir and by bash, all in one
// script each, and weir's own translation of them to bash.
func TestRandomRedirectionsAgainstBash(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 15))
	for first := range 15 {
		var lua, bash strings.Builder
		for n := range 10 {
			line, settled := randomLine(r, n)
			after, call := "", "run(%s, {check = false})\n"
			if settled {
				after, call = `; echo "${PIPESTATUS[@]}"`, "status(%s)\n"
			}
			fmt.Fprintf(&bash, "echo %d\n%s%s\n", n, line, after)
			fmt.Fprintf(&lua, "print(%d) "+call, n, "sh[==["+line+"]==]")
		}
		t.Run(fmt.Sprint(first), func(t *testing.T) {
			t.Parallel()
			compare(t, statuses+lua.String(), bash.String()+"exit 0")
		})
	}
}
