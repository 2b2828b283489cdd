package graph

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/txtar"

	"weir/runtime/cells"
)

var writeGolden = flag.Bool("golden", false, "write the drawings in testdata anew")

// TestDrawings draws each testdata/*.txtar: "plan" is a topology, several of
// them are "plan" and "plan2", and what follows is how they look. "text80" is
// text on a terminal of 80 cells.
func TestDrawings(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) < 12 {
		t.Fatalf("%d drawings, %v", len(files), err)
	}
	for _, path := range files {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) { checkDrawing(t, path) })
	}
}

func checkDrawing(t *testing.T, path string) {
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	g := &Graph{}
	for i := range archive.Files {
		f := &archive.Files[i]
		if strings.HasPrefix(f.Name, "plan") {
			g.Parts = append(g.Parts, Of(planOf(t, string(f.Data))).Parts...)
			continue
		}
		var out bytes.Buffer
		options := TextOptions{ASCII: f.Name == "ascii"}
		format := f.Name
		switch f.Name {
		case "text80":
			format, options.Width = "text", 80
		case "ascii":
			format = "text"
		}
		if err := g.Write(&out, format, options); err != nil {
			t.Fatal(err)
		}
		checkForm(t, f.Name, out.Bytes())
		if *writeGolden {
			f.Data = out.Bytes()
		} else if out.String() != string(f.Data) {
			t.Errorf("%s is\n%s\nand not\n%s", f.Name, &out, f.Data)
		}
	}
	if *writeGolden {
		if err := os.WriteFile(path, txtar.Format(archive), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// checkForm checks what must hold of any drawing in a format.
func checkForm(t *testing.T, format string, out []byte) {
	t.Helper()
	if !utf8.Valid(out) || bytes.ContainsFunc(out, func(r rune) bool { return r < ' ' && r != '\n' || r == 0x7f || r == 0x202e }) {
		t.Errorf("%s: control characters in\n%q", format, out)
	}
	switch format {
	case "ascii":
		if bytes.ContainsFunc(out, func(r rune) bool { return r >= 0x80 }) {
			t.Errorf("ASCII is\n%s", out)
		}
	case "text80":
		for line := range strings.Lines(string(out)) {
			if cells.Text(strings.TrimSuffix(line, "\n")) > 80 {
				t.Errorf("wider than 80 cells:\n%s", line)
			}
		}
	case "json":
		var v []map[string]any
		if err := json.Unmarshal(out, &v); err != nil {
			t.Error(err)
		}
	case "svg":
		checkSVG(t, out)
	}
}

// checkSVG reads a picture as XML, and looks for what would fetch or run.
func checkSVG(t *testing.T, out []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(out))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Errorf("%v in\n%s", err, out)
			return
		}
		if e, ok := token.(xml.StartElement); ok {
			if !strings.Contains(" svg title style rect g path circle text ", " "+e.Name.Local+" ") {
				t.Errorf("element %s", e.Name.Local)
			}
			for _, a := range e.Attr {
				if strings.HasPrefix(a.Name.Local, "on") || strings.Contains(a.Name.Local, "href") {
					t.Errorf("attribute %s of %s", a.Name.Local, e.Name.Local)
				}
			}
		}
	}
}

func TestCells(t *testing.T) {
	for s, want := range map[string]int{"": 0, "cat": 3, "日本": 4, "é": 1, "e\u0301": 1, "😀": 2, "가": 2, "ｱ": 1, "×": 1, "…": 1} {
		if got := cells.Text(s); got != want {
			t.Errorf("%q has %d cells, not %d", s, got, want)
		}
	}
	for _, c := range []struct{ text, want string }{
		{strings.Repeat("x", 40), strings.Repeat("x", 40)},
		{strings.Repeat("x", 41), strings.Repeat("x", 39) + "…"},
		{strings.Repeat("日", 21), strings.Repeat("日", 19) + "…"},
	} {
		if got := cut(c.text, 40, "…"); got != c.want {
			t.Errorf("%s is cut to %s, not %s", c.text, got, c.want)
		}
	}
	for _, c := range []struct{ text, want string }{
		{"file /var/log/a-very-long-folder-name/errors-of-the-day.log", "file /var/log/a-very…rors-of-the-day.log"},
		{strings.Repeat("日", 30), strings.Repeat("日", 10) + "…" + strings.Repeat("日", 9)},
	} {
		if got := cutMiddle(c.text, 40, "…"); got != c.want || cells.Text(got) > 40 {
			t.Errorf("%s is cut to %s, not %s", c.text, got, c.want)
		}
	}
}
