package filter

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"

	"weir/ipc/leak"
	"weir/ipc/oracle"
	"weir/script/pattern"
)

func TestMain(m *testing.M) { os.Exit(leak.Main(m, nil)) }

// row is a filter and the tool whose output it must have.
type row struct {
	name string
	make func() []Filter
	tool []string
	skip string // bytes that the tool treats in another way: inputs with one of them are left out
}

func one(f func() Filter) func() []Filter { return func() []Filter { return []Filter{f()} } }

func with(text string) pattern.Replacement {
	return func(out []byte, m *pattern.Matcher, line string, from, to int) ([]byte, error) {
		return pattern.Expand(out, text, m, line, from, to)
	}
}

func grepFor(p string, reject bool) func() []Filter {
	return one(func() Filter { return Grep(pattern.Compile(p), reject, nil) })
}

func replaced(p, r string) func() []Filter {
	return one(func() Filter { return Replace(pattern.Compile(p), with(r), nil) })
}

var rows = []row{
	{"grep literal", grepFor("ERROR", false), []string{"grep", "-a", "-F", "ERROR"}, ""},
	{"grep literal of one", grepFor("b", false), []string{"grep", "-a", "b"}, ""},
	{"reject literal", grepFor("b", true), []string{"grep", "-a", "-v", "b"}, ""},
	{"reject long", grepFor("ERROR", true), []string{"grep", "-a", "-v", "ERROR"}, ""},
	{"grep class", grepFor("%d%d", false), []string{"grep", "-a", "[0-9][0-9]"}, ""},
	{"reject class", grepFor("%d", true), []string{"grep", "-a", "-v", "[0-9]"}, ""},
	{"grep start", grepFor("^a", false), []string{"grep", "-a", "^a"}, ""},
	{"grep end", grepFor("a$", false), []string{"grep", "-a", "a$"}, ""},
	{"grep empty line", grepFor("^$", false), []string{"grep", "-a", "^$"}, ""},
	{"grep anything", grepFor("", false), []string{"grep", "-a", ""}, ""},
	{"reject anything", grepFor("", true), []string{"grep", "-a", "-v", ""}, ""},
	{"grep prefix and class", grepFor("b%d+c", false), []string{"grep", "-a", "-E", "b[0-9]+c"}, ""},
	{"grep set", grepFor("[^ab1]", false), []string{"grep", "-a", "[^ab1]"}, ""},
	{"gsub literal", replaced("b", "XY"), []string{"sed", "s/b/XY/g"}, ""},
	{"gsub class", replaced("%d+", "<%0>"), []string{"sed", "-E", "s/[0-9]+/<&>/g"}, ""},
	{"gsub start", replaced("^a", "-"), []string{"sed", "s/^a/-/"}, ""},
	{"gsub end", replaced("a$", "-"), []string{"sed", "s/a$/-/"}, ""},
	{"gsub captures", replaced("(%a)(%d)", "%2%1"), []string{"sed", "-E", "s/([a-zA-Z])([0-9])/\\2\\1/g"}, ""},
	{"gsub nothing with something", replaced("x*", "-"), []string{"perl", "-pe", `s/x*/-/g if !/^\n/; s/^\n/-\n/; s/\n-$/\n/; s/-\n-*/-\n/`}, "\x00abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ\n"},
	{"upper", one(Upper), []string{"tr", "a-z", "A-Z"}, ""},
	{"lower", one(Lower), []string{"tr", "A-Z", "a-z"}, ""},
	{"head 0", one(func() Filter { return Head(0) }), []string{"head", "-n", "0"}, ""},
	{"head 1", one(func() Filter { return Head(1) }), []string{"head", "-n", "1"}, ""},
	{"head 7", one(func() Filter { return Head(7) }), []string{"head", "-n", "7"}, ""},
	{"head 1000", one(func() Filter { return Head(1000) }), []string{"head", "-n", "1000"}, ""},
	{"tail 0", one(func() Filter { return Tail(0) }), []string{"tail", "-n", "0"}, ""},
	{"tail 1", one(func() Filter { return Tail(1) }), []string{"tail", "-n", "1"}, ""},
	{"tail 7", one(func() Filter { return Tail(7) }), []string{"tail", "-n", "7"}, ""},
	{"tail 1000", one(func() Filter { return Tail(1000) }), []string{"tail", "-n", "1000"}, ""},
	{"uniq", one(Uniq), []string{"uniq"}, ""},
	{"sort", one(func() Filter { return Sort(SortMemory) }), []string{"sort"}, ""},
	{"sort on disk", one(func() Filter { return Sort(200) }), []string{"sort"}, ""},
	{"sort and uniq", func() []Filter { return []Filter{Sort(300), Uniq()} }, []string{"sort", "-u"}, ""},
	{"freq", one(Freq), []string{"sh", "-c", "sort | uniq -c"}, ""},
	{"count", one(Count), []string{"mawk", "END {print NR}"}, ""},
	{"count of what has newlines", one(Count), []string{"grep", "-a", "-c", ""}, ""},
	{"fields", one(func() Filter { return Fields([]int{2, 1}, "") }), []string{"awk", `-F[ \t]+`, `{sub(/^[ \t]+/, ""); $0 = $0; print $2 " " $1}`}, "\x00"},
	{"last field", one(func() Filter { return Fields([]int{-1}, "") }), []string{"mawk", `{print NF ? $NF : ""}`}, "\x00\r\v\f"},
	{"fields of a separator", one(func() Filter { return Fields([]int{1, 3}, "a") }), []string{"mawk", "-F", "a", `{print $1 "a" $3}`}, "\x00"},
	{"cut", func() []Filter { return []Filter{Grep(pattern.Compile("b.*b"), false, nil), Fields([]int{1, 3}, "b")} },
		[]string{"sh", "-c", "grep -a 'b.*b' | cut -db -f1,3"}, ""},
	{"head of sort", func() []Filter { return []Filter{Sort(500), Head(3)} }, []string{"sh", "-c", "sort | head -n 3"}, ""},
	{"a chain", func() []Filter { return []Filter{Grep(pattern.Compile("a"), false, nil), Upper(), Tail(5), Head(3)} },
		[]string{"sh", "-c", "grep -a a | tr a-z A-Z | tail -n 5 | head -n 3"}, ""},
}

// inputs are those that every filter gets.
func inputs() []string {
	r := rand.New(rand.NewPCG(7, 7))
	list := []string{
		"", "\n", "a", "a\n", "\n\n\n", "a\nb\n", "a\nb", "b1c\nb12c\nbc\n", "a\r\nb\r\nab\r\n", "a\x00b\nb\x00a\n", "a b  c\td\n  a  b\n\t\n",
		"\xff\xfe\na\xc3\xa9b\nb\xe4\n", "ERROR here\nno\nan ERROR", "ababab\nbbb\nabc\n", "1\n12\n123a\na12a1\n", strings.Repeat("a", 10_000) + "\n",
		strings.Repeat("ab", 100_000), strings.Repeat("same line\n", 500), "b\na\nc\nb\na\n\nb\n", "aaaaaaaa\naaaaaaab\naaaaaaa\naaaaaaaa\x00\naaaaaaaa\naaaaaaaaa\n",
		"a\x00\na\na\x00\x00\n\x00\n\n", "xx\nyxxy\n--\n",
	}
	for range 12 {
		var b strings.Builder
		letters := []string{"aab1 \n", "ab\n", "ERO abc123\t\n\n", "\x00\xff\xfeab\n", "abcdefghABCDEFGH     \n"}[r.IntN(5)]
		for range r.IntN(4000) {
			b.WriteByte(letters[r.IntN(len(letters))])
		}
		list = append(list, b.String())
	}
	return list
}

// feed gives a chain its input in blocks of random lengths.
func feed(t *testing.T, filters []Filter, input string, r *rand.Rand) string {
	t.Helper()
	var out bytes.Buffer
	c := NewChain(filters, func(b []byte) error {
		if len(b) == 0 {
			t.Error("an empty block")
		}
		out.Write(b)
		clear(b) // it belongs to the filter, which must not count on it
		return nil
	})
	for at := 0; at < len(input); {
		n := min(at+1+r.IntN(300), len(input))
		if i := strings.IndexByte(input[n-1:], '\n'); i >= 0 {
			n += i
		} else {
			n = len(input)
		}
		err := c.Lines([]byte(input[at:n]))
		if err == Enough {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		at = n
	}
	if err := c.End(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestAgainstTools compares with the real tools, whatever the blocks' borders.
func TestAgainstTools(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	list := inputs()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			oracle.Need(t, row.tool[0])
			for _, input := range list {
				if row.skip != "" && strings.ContainsAny(input, row.skip) {
					continue
				}
				c := exec.Command(row.tool[0], row.tool[1:]...)
				c.Env = append(os.Environ(), "LC_ALL=C")
				c.Stdin = strings.NewReader(input)
				want, err := c.Output()
				if _, failed := err.(*exec.ExitError); err != nil && !failed {
					t.Fatal(err)
				}
				if got := feed(t, row.make(), input, r); got != string(want) {
					t.Errorf("input %.200q\n got %.300q\nwant %.300q", input, got, want)
				}
			}
		})
	}
}

func TestSum(t *testing.T) {
	for _, row := range []struct{ p, in, want string }{
		{"", "1\n2\n3", "6\n"}, {"x", "", "0\n"}, {"took=(%d+)ms", "a took=12ms\nb\ntook=30ms took=1ms\n", "42\n"}, {"%d+", "a1b2\n3\n", "4\n"},
		{"", "0.5\n0.25\n", "0.75\n"}, {"", "9223372036854775807\n", "9.2233720368548e+18\n"}, {"", "900000000000000000\n900000000000000000\n", "1800000000000000000\n"},
		{"", "-5\n 3 \n0x10\n", "14\n"}, {"()b", "ab\nb\n", "3\n"}, {"", "999999999999999999\n999999999999999999\n999999999999999999\n999999999999999999\n999999999999999999\n999999999999999999\n999999999999999999\n999999999999999999\n999999999999999999\n999999999999999999\n", "1e+19\n"},
		{"(%a*)", "a\n", `error "a" is no number`}, {"", "\n", `error an empty line or capture is no number: reject("^%s*$") leaves out empty lines`}, {"", "1\n" + strings.Repeat("x", 50), `error "` + strings.Repeat("x", 40) + `..." is no number`},
	} {
		var p *pattern.Pattern
		if row.p != "" {
			p = pattern.Compile(row.p)
		}
		got := ""
		c := NewChain([]Filter{Sum(p, nil)}, func(b []byte) error { got += string(b); return nil })
		var err error
		if row.in != "" {
			err = c.Lines([]byte(row.in))
		}
		if err == nil {
			err = c.End()
		}
		if err != nil {
			got = fmt.Sprint("error ", err)
		}
		if got != row.want {
			t.Errorf("%q, %q: got %q, want %q", row.p, row.in, got, row.want)
		}
	}
}

// TestSortMany sorts enough for the threads and the radixes, and much that is alike.
func TestSortMany(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	var b bytes.Buffer
	for range 200_000 {
		fmt.Fprintf(&b, "2026-11-24T%02d:%02d same beginning %d\n", r.IntN(3), r.IntN(60), r.IntN(5000))
	}
	c := exec.Command("sort")
	c.Env = append(os.Environ(), "LC_ALL=C")
	c.Stdin = bytes.NewReader(b.Bytes())
	want, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, memory := range []int{SortMemory, 1 << 20} {
		if got := feed(t, []Filter{Sort(memory)}, b.String(), r); got != string(want) {
			t.Errorf("with %d bytes of memory it is not sorted as sort does", memory)
		}
	}
}
