package relay

import "testing"

// TestPortable has the system that needs no splice(2) and no poll(2) pass what the relays are
// tested by. What a reader leaves in its pipe only Linux's own system knows.
func TestPortable(t *testing.T) {
	forcePortable = true
	defer func() { forcePortable = false }()
	for name, test := range map[string]func(*testing.T){
		"tee": TestTee, "merge": TestMerge, "merge ends": TestMergeEnds, "concat": TestConcat, "deal": TestDeal, "shard": TestShard,
		"order": TestOrder, "spill": TestMeasureAndSpill, "stops": TestStops, "output fails": TestOutputFails,
		"ports": TestPorts, "while it runs": TestPortsWhileItRuns,
	} {
		t.Run(name, test)
	}
}
