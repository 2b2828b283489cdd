package watch

// Root is a stage's own process; those that it started are found from there.
type Root struct{ Stage, PID int }

// Relay is a thread of this process.
type Relay struct {
	Stage int
	TID   int
	Ends  []Held
	Waits []int  // numbers of the ends any of which lets it go on; nil while it works
	Turn  uint64 // of one that wakes now and then while it waits: another for each wait
}

// Held is an end that a relay was given.
type Held struct {
	Number   int
	FD       int // in this process
	Side     Side
	Liveness bool // as Wait has it
	Named    Pipe // of a liveness pipe: the file in which its channel lies, where that has a name
}

// Insider is a party of this process that is no relay: the script, or a thread of Lua's.
type Insider struct {
	Stage  int    // of a thread; of the script a number below -1 that nobody else has
	Party  uint32 // by which its waits are published
	Number uint64 // another for each wait; 0 is none, and nothing else is known then
	FD     int    // the descriptor at which it waits, or -1
	Writes bool
	Ends   [][]int  // runs, whose stages must all have ended: any of them lets it go on
	Holds  []int    // its descriptors
	Locks  []LockAt // the mutexes that it holds
}

// LockAt is where a lock lies: a descriptor of its region, and an offset.
type LockAt struct{ FD, Offset int }

// Late is a stage that is started once others are ready, and what it is to have.
type Late struct {
	Stage  int
	For    []int // the stages that are not ready
	Holds  []Side
	Shares []Pipe // the files
	FDs    []int  // descriptors of this process that are kept for it
}

// Scene is who there is now.
type Scene struct {
	Roots    []Root
	Relays   []Relay
	Insiders []Insider
	Late     []Late
	// Absent is what each run that is not looked at has: locks, liveness pipes and others, for
	// stages that are still to start, too.
	Absent [][]Pipe
	Run    func(stage int) int // tells the stages of one run from those of others
	Inert  int                 // a process that holds pipes and does nothing with them
}

// Source tells who runs now. A run of which a stage is still to be started is left out:
// that one might let the others go on.
type Source func() Scene

// Peer is a process, and its stage; without PID it is a relay, or nobody.
type Peer struct {
	Stage, PID int
	Inner      bool
}

// Blocked is a wait that never ends.
type Blocked struct {
	Stage    int
	PID      int  // 0 for a relay
	Peer     Peer // somebody else who has the other side
	Inner    bool // it is a process that the stage's own has started
	Wait     Wait
	Fill     int
	Capacity int

	Message *Message // of Wait, where it is at a channel of messages
	Lock    *Lock    // instead of Wait
	Holder  int      // the stage whose process holds it, or the insider
	Opening *Opening // instead of Wait
	Ends    bool     // instead of Wait: an insider waits for the end of stages
	Behind  []int    // instead of Wait: the stages that must be ready before it is started

	Named   bool   // it waits at what has a name: outsiders may end that
	Path    string // of that, if it is known
	Group   int    // the deadlock that it belongs to
	Awaited bool   // another of the group waits for it
}
