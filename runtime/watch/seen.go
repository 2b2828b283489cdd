package watch

// Seen is what a stage did at a look: of its processes, the one that was most active counts.
type Seen struct {
	Stage   int
	Does    Activity
	FD      int      // the stage's own descriptor of the pipe at which it waits; -1 is none
	At      Pipe     // the file in which that lies at which it waits
	Opening *Opening // of a FIFO
	Holder  int      // the process that has the lock; 0 is none, or not known
}

// Activity says what a process does.
type Activity int

// What a process does, the least active first.
const (
	Sleeping Activity = iota // or it waits for what is not known here
	Locking                  // it waits for a lock
	Reading                  // it waits to read
	Writing                  // it waits to write
	Running
)
