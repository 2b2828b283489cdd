package script

import (
	"runtime/debug"
	"time"

	"weir/runtime/scarce"
)

// LetHeapGrow has this process collect garbage less often: Lua makes garbage
// faster than it keeps anything, and 16 MB before the first collection are
// little. To say so stops every thread for a moment, which a script that is over
// in a millisecond is spared. From here on memory that is used up is an error of Lua's.
func LetHeapGrow() {
	scarce.WatchRoom()
	time.AfterFunc(time.Millisecond, func() { debug.SetGCPercent(400) })
}
