package runtime

// Op is what one step of a plan does.
type Op string

// The operations, in the order in which a channel or stage meets them.
const (
	OpCreate Op = "create" // make a channel that has no name, or a name
	OpOpen   Op = "open"   // open a file or FIFO for one end
	OpSpawn  Op = "spawn"  // start a stage with exactly the descriptors listed
	OpClose  Op = "close"  // close weir's own copy of an end
	OpUnlink Op = "unlink" // remove a name
)

// Step is one thing that Start does. Stage and Channel name what it is done
// to; Args are what a reader wants to know of it, in the words of the system
// call.
type Step struct {
	Op      Op       `json:"op"`
	Stage   string   `json:"stage,omitempty"`
	Channel string   `json:"channel,omitempty"`
	Args    []string `json:"args,omitempty"`
}
