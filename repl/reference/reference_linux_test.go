package reference

import (
	"bytes"
	"encoding/xml"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"weir/ipc/leak"
	"weir/ipc/oracle"
	"weir/runtime/cells"
)

func TestMain(m *testing.M) { os.Exit(leak.Main(m, nil)) }

// hostile has what each of the forms would take for its own.
const hostile = `a <b> & "c" 'd' \n \fB -- ~/x ^y` + " `z`"

func sample() *Document {
	return &Document{Name: "weir", Version: "1.0", Summary: "a <sample>", Synopsis: []string{"weir [-e CODE]", ".x 'y'"}, Sections: []Section{
		{"First & last", []Block{Paragraph(hostile), Paragraph(".begins with a dot"), Code(".TH x\n'y\n  " + hostile), Rows{{"-x", hostile}, {"--a-long-option=VALUE-that-is-long", "told"}}}},
		{"Items", []Block{
			Item{ID: "a:b", Signature: "a:b(x [, y])", Of: "of a thing", Summary: hostile, Example: hostile, Long: "One.\n\n  " + hostile + "\n\nTwo.",
				Fields: []Field{{"manual", "x(1)"}, {"a title that is long", "y(2)"}}},
			Item{ID: "|", Signature: "a | b", Summary: ".dot"},
			Item{ID: "*", Signature: "a * b", Summary: "'quote"},
			Grid{{"what", "here", "there"}, {"a", hostile, "x"}, {"b", "", strings.Repeat("long ", 30)}},
		}},
	}}
}

// TestText: no line is wider than it may be, but code.
func TestText(t *testing.T) {
	for _, width := range []int{40, 80, 200} {
		text := Text{Width: width}.Document(sample())
		for _, line := range strings.Split(text, "\n") {
			if cells.Text(line) > width && !strings.Contains(line, "\\fB") && !strings.Contains(line, "--a-long-option") {
				t.Errorf("at %d: a line is too wide: %q", width, line)
			}
		}
		for _, want := range []string{"First & last\n====", "a:b(x [, y])    of a thing\n", "    " + hostile + "\n"} {
			if !strings.Contains(text, want) {
				t.Errorf("at %d: %q is missing in\n%s", width, want, text)
			}
		}
	}
}

// TestHTML: the page is well-formed, names no heading twice, and its links lead
// somewhere.
func TestHTML(t *testing.T) {
	checkHTML(t, HTML(sample()))
	if text := visible(t, HTML(sample())); strings.Count(text, hostile) != 7 {
		t.Errorf("not everything is shown as it is:\n%s", text)
	}
}

func visible(t *testing.T, page string) string {
	d := decoder(page)
	var text strings.Builder
	for {
		token, err := d.Token()
		if err == io.EOF {
			return text.String()
		} else if err != nil {
			t.Fatal(err)
		}
		if data, ok := token.(xml.CharData); ok {
			text.Write(data)
		}
	}
}

func decoder(page string) *xml.Decoder {
	return xml.NewDecoder(strings.NewReader(strings.TrimPrefix(page, "<!DOCTYPE html>\n")))
}

// checkHTML reads a page.
func checkHTML(t *testing.T, page string) {
	t.Helper()
	ids, links := map[string]bool{}, map[string]bool{}
	for d := decoder(page); ; {
		token, err := d.Token()
		if err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		for _, a := range start.Attr {
			switch a.Name.Local {
			case "id":
				if ids[a.Value] {
					t.Errorf("two headings are called %s", a.Value)
				}
				ids[a.Value] = true
			case "href":
				links[strings.TrimPrefix(a.Value, "#")] = true
			}
		}
	}
	for link := range links {
		if !ids[link] {
			t.Errorf("the link to %s leads nowhere", link)
		}
	}
}

// TestMan: man(1) has nothing to say against the page, and shows everything as it
// is.
func TestMan(t *testing.T) {
	c := exec.Command(oracle.Need(t, "man"), "--warnings", "-l", "-")
	c.Stdin = strings.NewReader(Man(sample()))
	c.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "MANWIDTH=300", "MANROFFOPT=-c", "MAN_KEEP_FORMATTING=")
	var errs bytes.Buffer
	c.Stderr = &errs
	out, err := c.Output()
	if err != nil || errs.Len() > 0 {
		t.Fatalf("%v: %s", err, errs.String())
	}
	text := strings.Join(strings.Fields(string(out)), " ")
	for _, want := range []string{"weir - a <sample>", ".x 'y'", ".begins with a dot", ".TH x 'y", "'quote", "a:b(x [, y]) (of a thing)"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	if n := strings.Count(text, hostile); n != 7 {
		t.Errorf("shown as it is %d times:\n%s", n, out)
	}
}

// TestNarrowText: code breaks at blanks outside of strings, and what is not too wide
// stays as it is.
func TestNarrowText(t *testing.T) {
	text := Text{Width: 20}
	for _, row := range []struct{ got, want string }{
		{text.Example("a  b"), "    a  b\n"},
		{text.Example("aaaa bbbb cccc dddd"), "    aaaa bbbb cccc\n      dddd\n"},
		{text.Example(`print("a b c d e f g h", 'x \' y')`), "    print(\"a b c d e f g h\",\n      'x \\' y')\n"},
		{text.Example(""), "    \n"},
		{text.Broken("short   one"), "short   one"},
		{text.Broken("the hint is longer than that"), "the hint is longer\nthan that"},
		{text.Broken(""), ""},
	} {
		if row.got != row.want {
			t.Errorf("got %q\nwant %q", row.got, row.want)
		}
	}
}
