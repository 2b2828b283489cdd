package graph

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"weir/runtime/cells"
)

// Between two layers lie tracks, columns in which lines run up and down. All
// lines that leave one port, or all that meet at one, are a net: they share a
// track. What runs back does so in lanes below all boxes.

// net is what shares one track of a gap.
type net struct {
	left, right []int // rows that it meets
	track       int   // none where it runs straight through
	x           int
	after       []*net // must be right of it
	before      []*net
	placed      bool
}

const none = -1

// gap lies left of a layer; the last one is right of all.
type gap struct {
	nets          []*net
	links         []int
	of            map[int]*net    // by link
	backOut       map[int]*net    // by index of the edges that run back
	backIn        map[int]*net    // likewise, where they arrive
	detours       map[int]*detour // by row on the right
	tracks        int
	x, w          int
	before, after int // cells for labels
	step          int
}

// detour leads a net to a row on the right that another's line bars: through a
// row that is free, in a track right of the other.
type detour struct {
	row int
	net *net
}

// netKey is a port, from where its lines leave or where they meet.
type netKey struct {
	leaves     bool
	spot, port int
}

// nets groups the links of a gap.
func (s *sketch) nets(g int, links []int, lanes []int) *gap {
	c := &gap{links: links, of: map[int]*net{}, backOut: map[int]*net{}, backIn: map[int]*net{},
		detours: map[int]*detour{}, step: 2}
	leaving := map[netKey]int{}
	for _, k := range links {
		leaving[netKey{true, s.links[k].from, s.links[k].out}]++
	}
	for i := range s.backs {
		if b := &s.backs[i]; s.spots[b.from].layer+1 == g {
			leaving[netKey{true, b.from, b.out}]++
		}
	}
	made := map[netKey]*net{}
	get := func(k netKey) *net {
		if made[k] == nil {
			made[k] = &net{track: none}
			c.nets = append(c.nets, made[k])
		}
		return made[k]
	}
	for _, k := range links {
		u := &s.links[k]
		key := netKey{true, u.from, u.out}
		if leaving[key] == 1 {
			key = netKey{false, u.to, u.in}
		}
		n := get(key)
		n.meet(s.outRow(u), s.inRow(u))
		c.of[k] = n
	}
	for i := range s.backs {
		b := &s.backs[i]
		if s.spots[b.from].layer+1 == g {
			n := get(netKey{true, b.from, b.out})
			n.meet(s.outRow(b), none)
			n.meet(lanes[i], none)
			c.backOut[i] = n
		}
		if s.spots[b.to].layer == g {
			n := get(netKey{false, b.to, b.in})
			n.meet(none, s.inRow(b))
			n.meet(none, lanes[i])
			c.backIn[i] = n
		}
	}
	return c
}

// meet adds rows to a net, each once.
func (n *net) meet(left, right int) {
	if left != none && !slices.Contains(n.left, left) {
		n.left = append(n.left, left)
	}
	if right != none && !slices.Contains(n.right, right) {
		n.right = append(n.right, right)
	}
}

func (n *net) straight() bool {
	return len(n.left) == 1 && len(n.right) == 1 && n.left[0] == n.right[0]
}

// span is the rows between which a net's track runs.
func (n *net) span() (lo, hi int) {
	all := slices.Concat(n.left, n.right)
	return slices.Min(all), slices.Max(all)
}

// assign gives each net its track. Where one line leaves in the row in which
// another arrives, the first must turn off before the second turns in; where
// such duties run in a circle, a line makes a detour.
func (c *gap) assign(taken []int) {
	c.constrain(taken)
	nets := slices.Clone(c.nets)
	slices.SortStableFunc(nets, func(a, b *net) int {
		da, db := a.down(), b.down()
		switch {
		case da != db && da:
			return -1
		case da != db:
			return 1
		case da:
			return cmp.Compare(first(b.left, b.right), first(a.left, a.right))
		}
		return cmp.Compare(first(a.left, a.right), first(b.left, b.right))
	})
	var used [][][2]int // the spans of each track
	var put func(n *net)
	put = func(n *net) {
		if n.placed {
			return
		}
		n.placed = true
		at := 0
		for _, b := range n.before {
			put(b)
			at = max(at, b.track+1)
		}
		if n.straight() {
			return
		}
		lo, hi := n.span()
		for at < len(used) && slices.ContainsFunc(used[at], func(s [2]int) bool { return lo <= s[1] && s[0] <= hi }) {
			at++
		}
		if at == len(used) {
			used = append(used, nil)
		}
		used[at] = append(used[at], [2]int{lo, hi})
		n.track = at
	}
	for _, n := range nets {
		put(n)
	}
	c.tracks = len(used)
	if c.tracks > 8 {
		c.step = 1
	}
}

func first(lists ...[]int) int {
	for _, l := range lists {
		if len(l) > 0 {
			return l[0]
		}
	}
	return 0
}

// down reports whether a net's lines run downwards, on the whole: of two of these
// the lower turns off first, so that they do not cross.
func (n *net) down() bool {
	sum := 0
	for _, r := range n.right {
		sum += r * max(1, len(n.left))
	}
	for _, r := range n.left {
		sum -= r * max(1, len(n.right))
	}
	return sum > 0
}

// constrain finds which net must be left of which, and breaks circles.
func (c *gap) constrain(taken []int) {
	left, right := map[int]*net{}, map[int]*net{}
	rows := []int{}
	used := map[int]bool{}
	for _, r := range taken {
		used[r] = true
	}
	for _, n := range c.nets {
		for _, r := range n.left {
			left[r] = n
			used[r] = true
			rows = append(rows, r)
		}
		for _, r := range n.right {
			right[r] = n
			used[r] = true
		}
	}
	slices.Sort(rows)
	for _, r := range rows {
		a, b := left[r], right[r]
		if b == nil || a == b {
			continue
		}
		if !reaches(b, a) {
			a.after, b.before = append(a.after, b), append(b.before, a)
			continue
		}
		free := nearestFree(r, used)
		used[free] = true
		d := &net{track: none, left: []int{free}, right: []int{r}}
		b.right[slices.Index(b.right, r)] = free
		c.detours[r] = &detour{free, d}
		c.nets = append(c.nets, d)
		for _, n := range []*net{a, b} {
			n.after, d.before = append(n.after, d), append(d.before, n)
		}
	}
}

// reaches reports whether b must be right of a.
func reaches(a, b *net) bool {
	seen := map[*net]bool{}
	list := []*net{a}
	for len(list) > 0 {
		n := list[len(list)-1]
		list = list[:len(list)-1]
		if n == b {
			return true
		}
		for _, next := range n.after {
			if !seen[next] {
				seen[next] = true
				list = append(list, next)
			}
		}
	}
	return false
}

func nearestFree(r int, used map[int]bool) int {
	for d := 1; ; d++ {
		if r-d >= 0 && !used[r-d] {
			return r - d
		}
		if !used[r+d] {
			return r + d
		}
	}
}

// width gives a gap its cells: labels, tracks, arrows.
func (s *sketch) width(c *gap, g int) {
	if len(c.nets) == 0 {
		return
	}
	if g > 0 {
		c.before = 1
	}
	if g < len(s.layers) {
		c.after = 2
	}
	for _, l := range [2]int{g - 1, g} {
		if l < 0 || l == len(s.layers) {
			continue
		}
		for _, k := range s.layers[l] {
			p := &s.spots[k]
			if l == g {
				for _, q := range p.left {
					c.after = max(c.after, cells.Text(q.label)+dash(q.label)+2)
				}
				continue
			}
			for _, q := range p.right {
				n := cells.Text(q.label) + 1
				if q.both {
					n++
				}
				c.before = max(c.before, n)
			}
		}
	}
	c.w = c.before + c.after
	if c.tracks > 0 {
		c.w += (c.tracks-1)*c.step + 1
	}
}

// dash is the piece of line between a label with words and its arrow.
func dash(label string) int {
	if strings.ContainsFunc(label, unicode.IsLetter) {
		return 1
	}
	return 0
}
