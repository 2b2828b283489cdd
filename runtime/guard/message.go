package guard

import (
	"encoding/binary"
	"errors"

	"weir/runtime/plan"
)

// The messages between weir and its guard. A datagram of their SOCK_SEQPACKET socket
// carries any number of them, each after its length. A message is a letter, then unsigned
// varints and strings, each string after its length as a varint.
//
// The guard keeps descriptors by slots that weir numbers. A pipe between stages never
// exists in weir: the guard makes it, gives its ends to the stages and closes it. So a
// pipeline of a thousand stages is a few datagrams.
const (
	// From weir to the guard.
	msgLarge      = 'L' // alone: the datagram itself stands in the first descriptor that comes along
	msgEnv        = 'E' // run, number, strings: an environment that this run's spawns name by its number
	msgBegin      = 'B' // run: stages follow; nothing is reaped, so that the group's leader keeps its number
	msgPipe       = 'P' // slot of the read end, slot of the write end, capacity: make a pipe
	msgDescriptor = 'D' // slot: the next descriptor that comes along
	msgClose      = 'C' // slot
	msgSpawn      = 'S' // run, stage, path, dir, env, argv, count, (slot, fd)...: fork and exec
	msgStarted    = 'G' // run: reaping goes on
	msgKill       = 'K' // run, stage+1 or 0 for its groups, signal
	msgKillTree   = 'T' // run, stage, signal: the stage and all that it started
	msgNames      = 'N' // the register of names, a descriptor
	msgFinish     = 'F' // run: kill what is left of its groups, and its strays; answered

	// From the guard to weir.
	msgSpawned  = 's' // run, stage, pid, errno
	msgExited   = 'x' // run, stage, exit status, signal or 0, user µs, system µs, peak memory in KiB or 0, its bound
	msgHalted   = 'h' // run, stage, the signal that stopped it, or 0 where it goes on
	msgFinished = 'f' // run
)

// maxDatagram bounds one datagram. A larger one travels as a memory file.
const maxDatagram = 64 << 10

var errMalformed = errors.New("malformed message")

// packet builds a message.
type packet []byte

func (p *packet) uint(v uint64) { *p = binary.AppendUvarint(*p, v) }

func (p *packet) string(s string) {
	p.uint(uint64(len(s)))
	*p = append(*p, s...)
}

func (p *packet) strings(list []string) {
	p.uint(uint64(len(list)))
	for _, s := range list {
		p.string(s)
	}
}

// unpacker reads a message. After the first fault every value is zero and bad is set.
type unpacker struct {
	rest []byte
	bad  bool
}

func (u *unpacker) uint() uint64 {
	v, n := binary.Uvarint(u.rest)
	if n <= 0 {
		u.bad, u.rest = true, nil
		return 0
	}
	u.rest = u.rest[n:]
	return v
}

func (u *unpacker) string() string {
	n := u.uint()
	if n > uint64(len(u.rest)) {
		u.bad, u.rest = true, nil
		return ""
	}
	s := string(u.rest[:n])
	u.rest = u.rest[n:]
	return s
}

func (u *unpacker) strings() []string {
	n := u.uint()
	// Each string takes a byte at least: no count can ask for more memory than the message
	// has bytes.
	if n > uint64(len(u.rest)) {
		u.bad, u.rest = true, nil
		return nil
	}
	list := make([]string, 0, n)
	for range n {
		list = append(list, u.string())
	}
	return list
}

// each calls do with every message of a datagram.
func each(datagram []byte, do func(kind byte, u *unpacker) error) error {
	for len(datagram) > 0 {
		size, n := binary.Uvarint(datagram)
		if n <= 0 || size == 0 || size > uint64(len(datagram)-n) {
			return errMalformed
		}
		msg := datagram[n : n+int(size)]
		datagram = datagram[n+int(size):]
		u := &unpacker{rest: msg[1:]}
		if err := do(msg[0], u); err != nil {
			return err
		}
		if u.bad {
			return errMalformed
		}
	}
	return nil
}

// message builds one from a letter and numbers.
func message(kind byte, values ...uint64) packet {
	p := packet{kind}
	for _, v := range values {
		p.uint(v)
	}
	return p
}

// batched is a datagram of one message.
func batched(msg packet) (p packet) {
	p.add(msg)
	return p
}

// add appends a message after its length.
func (p *packet) add(msg packet) {
	p.uint(uint64(len(msg)))
	*p = append(*p, msg...)
}

// Spawn is a stage to start, as msgSpawn carries it.
type Spawn struct {
	run, Stage uint64
	Path, Dir  string
	Env        uint64 // as Batch.Environment numbers it
	Argv       []string
	Limits     []plan.Limit
	Ends       []SlotEnd
}

// SlotEnd says at which descriptor the new process finds that of a slot.
type SlotEnd struct {
	Slot Slot
	FD   uint64
}

func (s *Spawn) pack() packet {
	p := make(packet, 0, 128)
	p = append(p, msgSpawn)
	p.uint(s.run)
	p.uint(s.Stage)
	p.string(s.Path)
	p.string(s.Dir)
	p.uint(s.Env)
	p.strings(s.Argv)
	p.uint(uint64(len(s.Limits)))
	for _, l := range s.Limits {
		p.uint(l.Resource)
		p.uint(l.Soft)
		p.uint(l.Hard)
	}
	p.uint(uint64(len(s.Ends)))
	for _, e := range s.Ends {
		p.uint(uint64(e.Slot))
		p.uint(e.FD)
	}
	return p
}

func unpackSpawn(u *unpacker) (*Spawn, error) {
	r := &Spawn{run: u.uint(), Stage: u.uint(), Path: u.string(), Dir: u.string(), Env: u.uint(), Argv: u.strings()}
	n := u.uint()
	if u.bad || n > maxLimits {
		return nil, errMalformed
	}
	for range n {
		r.Limits = append(r.Limits, plan.Limit{Resource: u.uint(), Soft: u.uint(), Hard: u.uint()})
	}
	n = u.uint()
	if u.bad || n > plan.MaxDescriptors {
		return nil, errMalformed
	}
	for range n {
		e := SlotEnd{Slot(u.uint()), u.uint()}
		if e.FD >= 1<<16 {
			return nil, errMalformed
		}
		r.Ends = append(r.Ends, e)
	}
	if u.bad || len(r.Argv) == 0 {
		return nil, errMalformed
	}
	return r, nil
}

// maxLimits is how many limits a stage can have.
const maxLimits = 8
