package graph

import (
	"fmt"
	"strings"
	"testing"
)

// TestBandsNumberAllLines: a line that goes on in the band below has its number at both ends, also where
// the cut stands beside a descriptor.
func TestBandsNumberAllLines(t *testing.T) {
	const lanes = 4
	p := Part{}
	node := func(layer, lane int) int { return layer*lanes + lane }
	for i := range 3 * lanes {
		text := fmt.Sprintf("n%d", i)
		p.Nodes = append(p.Nodes, Node{Kind: Program, Name: text, Text: text + ": a program with arguments", Count: 1})
	}
	for layer := range 2 {
		for lane := range lanes {
			p.Edges = append(p.Edges,
				Edge{From: node(layer, lane), To: node(layer+1, lane), FromFD: []int{1}, ToFD: []int{0}},
				Edge{From: node(layer, lane), To: node(layer+1, lane^(1<<layer)), FromFD: []int{4}, ToFD: []int{3}})
		}
	}
	for width := 40; width < 130; width++ {
		for _, ascii := range []bool{false, true} {
			text := drawn(&p, TextOptions{Width: width, ASCII: ascii})
			marks := strings.Count(text, "(")
			bands := 1 + strings.Count(text, "\n\n")
			if marks%2 != 0 || bands > 1 && marks < 2*2*lanes {
				t.Errorf("at %d columns %d marks of lines stand in\n%s", width, marks, text)
			}
			for n := 1; n <= marks/2; n++ {
				if strings.Count(text, fmt.Sprintf("(%d)", n)) != 2 {
					t.Fatalf("at %d columns (%d) does not stand at both ends of its line:\n%s", width, n, text)
				}
			}
		}
	}
}
