package ipc

// ringSlots is where a ring's slots begin, after its header.
const ringSlots = 1024

// RingBytes is how large a region must be to hold a ring.
func RingBytes(slots, size int) int { return ringSlots + max(slots, 1)*(8+(size+7)&^7) }
