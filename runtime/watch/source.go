package watch

// Root is a stage's own process; those that it started are found from there.
type Root struct{ Stage, PID int }

// Relay is a thread of this process.
type Relay struct {
	Stage int
	TID   int
	Ends  []Held
	Waits []int // numbers of the ends any of which lets it go on; nil while it works
}

// Held is an end that a relay was given.
type Held struct {
	Number int
	FD     int // in this process
	Side   Side
}

// Source tells who runs now; false where somebody is still to be started, who
// might let the others go on.
type Source func() ([]Root, []Relay, bool)

// Blocked is a wait that never ends.
type Blocked struct {
	Stage    int
	PID      int // 0 for a relay
	Wait     Wait
	Fill     int
	Capacity int

	Message *Message // of Wait, where it is at a channel of messages
	Lock    *Lock    // instead of Wait
	Holder  int      // the stage whose process holds it; negative is this process
}
