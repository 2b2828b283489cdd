package relay

import (
	"bytes"
	"context"
	"encoding/binary"
	"os"
	"slices"
	"syscall"
	"time"
)

// Deal gives each record to an output that is free: whose reader has taken all
// that it was given before. A reader that is fast is given many at a time, one
// that is slow never more than one beside that which it has in hand. What was in
// the pipe of a reader that leaves goes to the others, as does what an output that
// fails did not take.
func (x *Crossing) Deal(ctx context.Context, files map[int]*os.File) (err error) {
	j, err := x.open(ctx, files)
	if err != nil {
		return err
	}
	defer j.end(&err)
	d := &dealing{junction: j, from: newSource(j.in[0], x.Frame)}
	for _, p := range j.out {
		d.to = append(d.to, newDealt(p))
	}
	return d.run()
}

// DealInOrder deals, and writes to its last output who got how many records, for
// Order. A record that comes when all the others have left is nobody's.
func (x *Crossing) DealInOrder(ctx context.Context, files map[int]*os.File) (err error) {
	j, err := x.open(ctx, files)
	if err != nil {
		return err
	}
	defer j.end(&err)
	n := len(j.out) - 1
	d := &dealing{junction: j, from: newSource(j.in[0], x.Frame), record: j.out[n]}
	for _, p := range j.out[:n] {
		d.to = append(d.to, newDealt(p))
	}
	if err := d.run(); err != nil || d.alive() {
		return err
	}
	return d.noteLeft()
}

// nobody stands for an output in a note: no output is left for the record.
const nobody = 1<<16 - 1

// noteLeft waits for a record or the end of the input when no output is left, and writes
// down what Order was not told yet. Otherwise it would depend on when the last reader left
// whether Order misses the record.
func (d *dealing) noteLeft() error {
	for !d.record.gone && !d.wants() && !d.from.eof {
		if !d.await(d.from.port, readable, d.record) || d.record.isLost() {
			return nil
		}
		if err := d.from.fill(); err != nil {
			return err
		}
	}
	if d.record.gone {
		return nil
	}
	if d.wants() {
		d.note(nobody, 1)
	}
	for _, entry := range d.entries {
		if !d.write(d.record, binary.LittleEndian.AppendUint64(nil, entry)) {
			break
		}
	}
	return nil
}

const (
	smallPipe = 4096      // one page: it has room again when the reader has taken all of it
	largePipe = 256 << 10 // for a reader that is fast
	fastGrant = 5 * time.Millisecond
	slowGrant = 50 * time.Millisecond
	proof     = 3 // grants taken fast, before the next is larger
	recount   = 2 // ms between looks at pipes that tell nothing of themselves
)

type dealing struct {
	*junction
	from     *source
	to       []*dealt
	next     int
	long     *dealt   // gets the rest of a record that is longer than a block
	skipping bool     // over the rest of a long record
	given    []byte   // what a reader left in its pipe, to be dealt again
	record   *port    // for Order: who got how many
	entries  []uint64 // that it was not told yet
}

// dealt is an output.
type dealt struct {
	*port
	index    int
	grant    int    // bytes that it is given at a time; one record at least
	capacity int    // of its pipe
	held     int    // bytes in its pipe, at the last count
	rest     []byte // of what it was given, that had no room
	copy     []byte // the last bytes that went into its pipe
	at       time.Time
	fast     int
}

func newDealt(p *port) *dealt {
	d := &dealt{port: p, index: p.number - 1, grant: 1}
	d.capacity = p.system.resize(p, smallPipe)
	return d
}

func (d *dealing) run() error {
	if d.from.framed {
		d.from.port.count.countRecords()
		for _, p := range d.to {
			p.port.count.countRecords()
		}
	}
	for {
		if err := d.hand(); err != nil {
			return err
		}
		d.count()
		if d.fault != nil || d.done() || !d.alive() || !d.wait(d.askAll()) {
			return nil
		}
		d.leave()
		if d.from.has(readable | broken) {
			d.from.got = 0
			if err := d.from.fill(); err != nil {
				return err
			}
		}
	}
}

// count looks once at how much the pipes hold: done and askAll must see the same.
func (d *dealing) count() {
	for _, p := range d.to {
		p.held = d.fill(p)
	}
}

// askAll asks for what can bring the next step, and gives the time after which
// to look again: of a large pipe POLLOUT says that there is some room, and not
// that its reader has taken all.
func (d *dealing) askAll() (timeout int) {
	timeout = -1
	wants := d.wants()
	more := len(d.given) > 0 || wants && d.long == nil // for whoever is free
	for _, p := range d.to {
		switch {
		case p.gone:
		case len(p.rest) > 0:
			d.ask(p.port, writable)
		case p == d.long || !more && (p.held == 0 || !d.from.eof):
			d.ask(p.port, 0)
		case p.held == 0: // just now
			timeout = 0
		case p.capacity <= smallPipe:
			d.ask(p.port, writable)
		default:
			if timeout < 0 {
				timeout = recount
			}
			d.ask(p.port, 0)
		}
	}
	if len(d.entries) > 0 {
		d.ask(d.record, writable)
	}
	if !d.from.eof && !d.from.full() && !wants {
		d.ask(d.from.port, readable)
	}
	return timeout
}

// wants reports whether the input has something to deal.
func (d *dealing) wants() bool {
	if d.skipping {
		d.skip()
	}
	if d.long != nil && d.from.eof && d.from.empty() {
		d.long = nil
	}
	if d.long != nil {
		return !d.from.empty()
	}
	return len(d.from.whole(1)) > 0 || d.from.full()
}

// done reports whether all was dealt and taken. Until then outputs are kept open:
// what a reader leaves in its pipe is dealt again, to those that stay. In order,
// nothing is dealt again, and an output whose reader has taken everything sees the
// end of file.
func (d *dealing) done() bool {
	if !d.from.eof || d.wants() || len(d.given) > 0 {
		return false
	}
	open := 0
	for _, p := range d.to {
		if len(p.rest) > 0 || p.held > 0 {
			open++
		} else if d.record != nil {
			p.close()
		}
	}
	return open == 0 && len(d.entries) == 0
}

// alive reports whether an output is left that takes records.
func (d *dealing) alive() bool {
	return slices.ContainsFunc(d.to, func(p *dealt) bool { return !p.gone })
}

// leave closes the outputs without readers, and takes back what is in their pipes.
func (d *dealing) leave() {
	for _, p := range d.to {
		if !p.gone && p.isLost() {
			d.readerGone(p.port)
			d.recover(p)
		}
	}
}

// recover takes back what an output's reader left: whole records of which it has
// read nothing.
func (d *dealing) recover(p *dealt) {
	start := len(p.copy) - min(d.fill(p), len(p.copy))
	unread := append(bytes.Clone(p.copy[start:]), p.rest...)
	back := len(p.copy) - start // of them that nobody has read
	ended := true
	if d.from.framed && start > 0 && p.copy[start-1] != d.from.end {
		// The record that it was in the middle of is its own.
		all := len(unread)
		_, unread, ended = bytes.Cut(unread, []byte{d.from.end})
		back -= all - len(unread)
	}
	if d.record == nil {
		p.port.count.add(-max(back, 0))
	}
	if d.long == p {
		d.long = nil
		if d.record != nil || !ended {
			d.skipping = true // what follows of the record goes with it
		} else {
			begun := bytes.LastIndexByte(unread, d.from.end) + 1
			p.port.count.addRecords(-d.from.count(unread[begun:]))
			d.from.port.count.addRecords(-d.from.count(unread[begun:]))
			d.from.unread(unread[begun:])
			unread = unread[:begun]
		}
	}
	if d.record == nil {
		p.port.count.addRecords(-d.from.count(unread))
		if n := len(d.given); n > 0 && len(unread) > 0 && d.from.framed && d.given[n-1] != d.from.end {
			d.given = append(d.given, d.from.end) // the input's last record had none
		}
		d.given = append(d.given, unread...)
	}
	p.rest, p.copy = nil, nil
	p.close()
}

// skip drops what there is of a record whose reader has left.
func (d *dealing) skip() {
	i := bytes.IndexByte(d.from.buf[d.from.r:d.from.w], d.from.end)
	d.skipping = i < 0 && !d.from.eof
	if i < 0 {
		i = d.from.w - d.from.r - 1
	}
	d.from.r += i + 1
}

// fill gives how many bytes the pipe of an output holds.
func (d *dealing) fill(p *dealt) int {
	if p.gone {
		return 0
	}
	n, err := d.system.held(p.port)
	if err != nil {
		d.failed("ioctl", err)
		return 0
	}
	return n
}

// hand gives out what there is to those who are free.
func (d *dealing) hand() error {
	if d.record != nil {
		if err := d.writeEntries(); err != nil {
			return err
		}
	}
	for _, p := range d.to {
		if len(p.rest) > 0 && !p.gone {
			data := p.rest
			p.rest = nil
			d.put(p, data)
		}
	}
	for len(d.given) > 0 {
		p := d.free()
		if p == nil {
			break
		}
		d.again(p)
	}
	for d.wants() {
		p := d.long
		if p == nil {
			p = d.free()
		}
		if p == nil || len(p.rest) > 0 {
			return nil
		}
		if err := d.deal(p); err != nil {
			return err
		}
	}
	return nil
}

// free finds an output that can be given a record, the next in turn first.
func (d *dealing) free() *dealt {
	for k := range d.to {
		p := d.to[(d.next+k)%len(d.to)]
		if p.gone || p == d.long || len(p.rest) > 0 {
			continue
		}
		if n := d.fill(p); n == 0 || n <= p.capacity/2 && p.grant >= smallPipe && time.Since(p.at) < slowGrant {
			d.next = (p.index + 1) % len(d.to)
			return p
		}
	}
	return nil
}

// again gives an output a record that another left.
func (d *dealing) again(p *dealt) {
	p.measure()
	n := len(d.given)
	if i := bytes.IndexByte(d.given, d.from.end); i >= 0 && d.from.framed {
		n = i + 1
	}
	data := d.given[:n:n]
	d.given = d.given[n:]
	if k := len(p.copy); d.from.framed && k > 0 && p.copy[k-1] != d.from.end {
		data = append([]byte{d.from.end}, data...) // the input's last record, which it was given, had none
	}
	p.port.count.addRecords(1)
	d.put(p, data)
}

// deal gives an output its share.
func (d *dealing) deal(p *dealt) error {
	p.measure()
	begins := d.long == nil
	data := d.from.whole(p.grant)
	if len(data) == 0 || !begins {
		data = d.part(p)
	}
	if begins {
		n := d.from.count(data)
		d.from.port.count.addRecords(n)
		p.port.count.addRecords(n)
		if d.record != nil {
			d.note(p.index, n)
			if err := d.writeEntries(); err != nil {
				return err
			}
		}
	}
	d.from.r += len(data)
	d.put(p, data)
	return nil
}

// note writes down who gets how many records. What was not told yet is one entry
// for as long as it is the same output.
func (d *dealing) note(index, n int) {
	if k := len(d.entries) - 1; k >= 0 && d.entries[k]>>48 == uint64(index) {
		d.entries[k] += uint64(n)
		return
	}
	d.entries = append(d.entries, uint64(index)<<48|uint64(n))
}

// writeEntries writes the entries that there is room for.
func (d *dealing) writeEntries() error {
	for len(d.entries) > 0 && !d.record.gone {
		_, err := d.record.write(binary.LittleEndian.AppendUint64(nil, d.entries[0]))
		if err == syscall.EAGAIN {
			return nil
		}
		if err != nil && d.record.lostReader(err) {
			d.record.close()
			break
		}
		if err != nil {
			return d.record.fault("write", err)
		}
		d.entries = d.entries[1:]
	}
	d.entries = d.entries[:0]
	return nil
}

// part gives what there is of a record that is longer than a block. It is p's
// until it ends.
func (d *dealing) part(p *dealt) []byte {
	data := d.from.buf[d.from.r:d.from.w]
	i := bytes.IndexByte(data, d.from.end)
	if i < 0 && !d.from.eof {
		d.long = p
		return data
	}
	d.long = nil
	if i >= 0 {
		data = data[:i+1]
	}
	return data
}

// measure says how much an output that is free is given next.
func (p *dealt) measure() {
	now := time.Now()
	switch took := now.Sub(p.at); {
	case p.at.IsZero():
	case took < fastGrant:
		if p.fast++; p.fast >= proof {
			p.grow()
		}
	case took > slowGrant && p.grant > 1:
		p.fast, p.grant = 0, 1
		p.capacity = p.system.resize(p.port, smallPipe)
	default:
		p.fast = 0
	}
	p.at = now
}

func (p *dealt) grow() {
	p.grant = min(max(2*p.grant, 64), blockSize/2)
	if p.grant > smallPipe && p.capacity == smallPipe {
		p.capacity = p.system.resize(p.port, largePipe)
	}
}

// put writes what there is room for, and keeps the rest.
func (d *dealing) put(p *dealt, data []byte) {
	n, err := p.write(data)
	p.keep(data[:n])
	switch {
	case err == nil || err == syscall.EAGAIN:
		if n < len(data) {
			p.rest = bytes.Clone(data[n:])
		}
	default:
		p.rest = bytes.Clone(data[n:])
		d.noteFault(p.port, err)
		d.recover(p)
	}
}

// keep remembers the last bytes that went into the pipe: as many as it holds, and
// the one before.
func (p *dealt) keep(data []byte) {
	if len(p.copy)+len(data) > 2*max(p.capacity, smallPipe) {
		p.copy = append(p.copy[:0], p.copy[max(0, len(p.copy)-p.capacity-1):]...)
	}
	p.copy = append(p.copy, data...)
}
