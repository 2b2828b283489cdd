package filter

import (
	"encoding/binary"
)

// Upper makes a to z A to Z, in place.
func Upper() Filter { return letters{first: 'a'} }

// Lower makes A to Z a to z, in place.
func Lower() Filter { return letters{first: 'A'} }

type letters struct {
	stateless
	first byte
}

// eight bytes of 0x01, and of 0x80
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// Lines changes eight bytes at a time: a byte below 0x80 is one of the 26 letters
// where adding 0x80-first sets its high bit, and adding 0x80-first-26 does not.
func (l letters) Lines(block []byte, next Emit) error {
	low, high := uint64(0x80-l.first)*ones, uint64(0x80-l.first-26)*ones
	i := 0
	for ; i+8 <= len(block); i += 8 {
		w := binary.LittleEndian.Uint64(block[i:])
		ascii := w &^ highs
		in := (ascii + low) &^ (ascii + high) &^ w & highs
		binary.LittleEndian.PutUint64(block[i:], w^in>>2)
	}
	for ; i < len(block); i++ {
		if block[i]-l.first < 26 {
			block[i] ^= 0x20
		}
	}
	return next(block)
}
