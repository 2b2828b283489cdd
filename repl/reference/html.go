package reference

import (
	"fmt"
	"html"
	"strings"
)

// style is part of the page, so that the page can be kept and sent as one file.
const style = `
:root { color-scheme: light dark; --line: #8884; --soft: #8882; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; }
body { display: grid; grid-template-columns: 17rem minmax(0, 52rem); }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; box-sizing: border-box; padding: 1rem; }
nav { border-right: 1px solid var(--line); font-size: .9rem; }
nav ul { list-style: none; padding-left: .8rem; margin: 0 0 .6rem; }
nav a { text-decoration: none; }
nav li a { white-space: nowrap; margin-right: .4rem; }
main { padding: 1rem 2rem 6rem; }
h1 { margin-top: 0; }
h2 { border-bottom: 1px solid var(--line); margin-top: 3rem; }
h3 { font: bold 1rem/1.5 ui-monospace, monospace; margin: 2rem 0 .3rem; }
h3 .of { font: normal .85rem system-ui, sans-serif; opacity: .7; margin-left: .6rem; }
h3 a { color: inherit; text-decoration: none; }
:target { background: var(--soft); }
p { margin: .3rem 0 .6rem; }
pre, code { font: .9rem/1.45 ui-monospace, monospace; }
pre { background: var(--soft); padding: .5rem .8rem; overflow-x: auto; margin: .3rem 0 .6rem; }
table { border-collapse: collapse; margin: .5rem 0; }
td, th { text-align: left; vertical-align: top; padding: .15rem .9rem .15rem 0; }
th { font-weight: 600; }
dl { display: grid; grid-template-columns: max-content auto; gap: .1rem 1rem; margin: .3rem 0; font-size: .9rem; }
dt { opacity: .7; }
dd { margin: 0; }
@media (max-width: 50rem) {
  body { display: block; }
  nav { position: static; height: auto; border: 0; }
  main { padding: 1rem; }
}
`

// HTML writes the document as one page that stands alone.
func HTML(d *Document) string {
	p := page{ids: map[string]string{}}
	p.number(d)
	p.printf("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n" +
		"<meta name=\"viewport\" content=\"width=device-width\"/>\n")
	p.printf("<title>%s: %s</title>\n<style>%s</style>\n</head>\n<body>\n", escape(d.Name), escape(d.Summary), style)
	p.contents(d)
	p.printf("<main>\n<h1>%s</h1>\n<p>%s. Version %s.</p>\n", escape(d.Name), escape(d.Summary), escape(d.Version))
	p.block(Code(strings.Join(d.Synopsis, "\n")))
	for i, s := range d.Sections {
		p.printf("<h2 id=\"%s\">%s</h2>\n", sectionID(i), escape(s.Title))
		for _, b := range s.Blocks {
			p.block(b)
		}
	}
	p.printf("</main>\n</body>\n</html>\n")
	return p.String()
}

// page is the HTML so far.
type page struct {
	strings.Builder
	ids map[string]string // an item's ID to that of its heading
}

func (p *page) printf(format string, args ...any) { fmt.Fprintf(&p.Builder, format, args...) }

func escape(s string) string { return html.EscapeString(s) }

func sectionID(i int) string { return fmt.Sprintf("section-%d", i+1) }

// number gives every item the ID of its heading. Characters other than letters, digits and .:_- become
// numbers.
func (p *page) number(d *Document) {
	for _, s := range d.Sections {
		for _, b := range s.Blocks {
			item, ok := b.(Item)
			if !ok {
				continue
			}
			var id strings.Builder
			for _, r := range item.ID {
				if r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'z' || strings.ContainsRune("._:-", r) {
					id.WriteRune(r)
				} else {
					fmt.Fprintf(&id, "-%x", r)
				}
			}
			p.ids[item.ID] = "item-" + id.String()
		}
	}
}

// contents lists the sections and their items at the side.
func (p *page) contents(d *Document) {
	p.printf("<nav>\n")
	for i, s := range d.Sections {
		p.printf("<a href=\"#%s\">%s</a>\n", sectionID(i), escape(s.Title))
		var links []string
		for _, b := range s.Blocks {
			if item, ok := b.(Item); ok {
				links = append(links, fmt.Sprintf("<a href=\"#%s\">%s</a>", p.ids[item.ID], escape(item.ID)))
			}
		}
		if len(links) > 0 {
			p.printf("<ul><li>%s</li></ul>\n", strings.Join(links, " "))
		} else {
			p.printf("<ul></ul>\n")
		}
	}
	p.printf("</nav>\n")
}

func (p *page) block(b Block) {
	switch x := b.(type) {
	case Paragraph:
		p.printf("<p>%s</p>\n", escape(string(x)))
	case Code:
		p.printf("<pre><code>%s</code></pre>\n", escape(string(x)))
	case Rows:
		p.printf("<table>\n")
		for _, r := range x {
			p.printf("<tr><td><code>%s</code></td><td>%s</td></tr>\n", escape(r[0]), escape(r[1]))
		}
		p.printf("</table>\n")
	case Grid:
		p.grid(x)
	case Item:
		p.item(x)
	}
}

func (p *page) grid(g Grid) {
	p.printf("<table>\n")
	for i, row := range g {
		cell := "td"
		if i == 0 {
			cell = "th"
		}
		p.printf("<tr>")
		for _, text := range row {
			p.printf("<%s>%s</%s>", cell, escape(text), cell)
		}
		p.printf("</tr>\n")
	}
	p.printf("</table>\n")
}

func (p *page) item(e Item) {
	of := ""
	if e.Of != "" {
		of = fmt.Sprintf(" <span class=\"of\">%s</span>", escape(e.Of))
	}
	id := p.ids[e.ID]
	p.printf("<h3 id=\"%s\"><a href=\"#%s\">%s</a>%s</h3>\n", id, id, escape(e.Signature), of)
	p.printf("<p>%s</p>\n", escape(e.Summary))
	if e.Example != "" {
		p.block(Code(e.Example))
	}
	for _, b := range Prose(e.Long) {
		p.block(b)
	}
	if len(e.Fields) == 0 {
		return
	}
	p.printf("<dl>\n")
	for _, f := range e.Fields {
		p.printf("<dt>%s</dt><dd>%s</dd>\n", escape(f.Title), escape(f.Text))
	}
	p.printf("</dl>\n")
}
