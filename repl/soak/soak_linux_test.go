package soak

import (
	"flag"
	"math/rand/v2"
	"testing"
	"time"
)

var (
	length = flag.Duration("soak.time", 0, "for how long all campaigns run together; 0 is not at all")
	seed   = flag.Uint64("soak.seed", 0, "what the rounds are drawn from; 0 is another each time")
	alone  = flag.String("soak.only", "", "run this campaign alone")
)

// short is what each campaign has at least.
const short = 3 * time.Second

// campaign is one kind of attack: its share of the whole time in percent, and what
// runs until its rounds are over.
type campaign struct {
	name  string
	share int
	run   func(t *testing.T, r *rounds)
}

// campaigns are all of them; the file of each adds it.
var campaigns []campaign

// rounds hands out the time of a campaign.
type rounds struct {
	*rand.Rand
	end   time.Time
	Count int // of those begun
}

// Next reports whether there is time for another round; there always is for a first.
func (r *rounds) Next() bool {
	if r.Count > 0 && time.Now().After(r.end) {
		return false
	}
	r.Count++
	return true
}

func TestSoak(t *testing.T) {
	if *length == 0 {
		t.Skip("make soak runs the campaigns")
	}
	if *seed == 0 {
		*seed = uint64(time.Now().UnixNano())
	}
	t.Logf("-soak.seed %d", *seed)
	for i, c := range campaigns {
		t.Run(c.name, func(t *testing.T) {
			if *alone != "" && *alone != c.name {
				t.Skip("another campaign runs alone")
			}
			share := *length * time.Duration(c.share) / 100
			if *alone != "" {
				share = *length
			}
			r := &rounds{Rand: rand.New(rand.NewPCG(*seed, uint64(i))), end: time.Now().Add(max(share, short))}
			c.run(t, r)
			t.Logf("%s: %d rounds", c.name, r.Count)
		})
	}
}
