// Package ascii changes the case of letters as the C locale has it, many bytes at a
// time.
package ascii

import "encoding/binary"

// Upper makes a to z A to Z, in place.
func Upper(b []byte) { flip(b, 'a') }

// Lower makes A to Z a to z, in place.
func Lower(b []byte) { flip(b, 'A') }

// eight bytes of 0x01, and of 0x80
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// flip changes the case of the 26 letters from first on. A byte below 0x80 is one
// of them where adding 0x80-first sets its high bit, and adding 0x80-first-26 does
// not.
func flip(b []byte, first byte) {
	low, high := uint64(0x80-first)*ones, uint64(0x80-first-26)*ones
	i := 0
	for ; i+8 <= len(b); i += 8 {
		w := binary.LittleEndian.Uint64(b[i:])
		rest := w &^ highs
		in := (rest + low) &^ (rest + high) &^ w & highs
		binary.LittleEndian.PutUint64(b[i:], w^in>>2)
	}
	for ; i < len(b); i++ {
		if b[i]-first < 26 {
			b[i] ^= 0x20
		}
	}
}
