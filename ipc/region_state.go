package ipc

import (
	"os"

	"weir/ipc/layout"
)

// RegionState is what a region holds at one moment.
type RegionState struct {
	Bytes  int
	Values []layout.Value // the first of its fields, where it has a layout
	More   int            // how many it has besides
}

// State gives the values of up to most fields. t may be nil. What others store meanwhile may be seen or not.
func (r *Region) State(t *layout.Type, most int) (st RegionState, err error) {
	if !r.enter() {
		return st, &Error{"look into", r.addr, os.ErrClosed}
	}
	defer r.leave()
	defer recoverFault(catchFaults(), "look into", r.addr, &err)
	st.Bytes = len(r.data)
	if t != nil && t.Size <= len(r.data) {
		st.Values, st.More = t.Values(r.data, most)
	}
	return st, nil
}
