package script

import (
	"runtime/debug"
	"time"
)

// LetHeapGrow has this process collect garbage less often: Lua makes garbage
// faster than it keeps anything, and 16 MB before the first collection are
// little. To say so stops every thread for a moment, which a script that is over
// in a millisecond is spared.
func LetHeapGrow() {
	time.AfterFunc(time.Millisecond, func() { debug.SetGCPercent(400) })
}
