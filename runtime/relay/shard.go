package relay

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"syscall"
)

// longest is how long a record may be that has to be seen as a whole.
const longest = 64 << 20

// Shard gives each record to the output that key chooses, from 0 on; key is given
// it without its end. An error of key's ends the relay. The records of an output
// whose reader has left, or that has failed, go nowhere.
func (x *Crossing) Shard(ctx context.Context, files map[int]*os.File,
	key func(record []byte) (int, error)) (err error) {
	j, err := x.open(ctx, files)
	if err != nil {
		return err
	}
	defer j.end(&err)
	from := newSource(j.in[0], x.Frame)
	rests := make([][]byte, len(j.out))
	for i := range x.Ports {
		x.Ports[i].countRecords()
	}
	for {
		for !from.eof && len(from.whole(1)) == 0 {
			if from.full() {
				if len(from.buf) >= longest {
					return fmt.Errorf("a %s is longer than %d MB: shard must see all of it to find its key",
						x.Frame.record(), longest>>20)
				}
				from.buf = append(from.buf, make([]byte, len(from.buf))...)
			}
			if !j.await(from.port, readable, j.out...) || !j.left() {
				return nil
			}
			if err := from.fill(); err != nil {
				return err
			}
		}
		data := from.whole(len(from.buf))
		if len(data) == 0 {
			return nil
		}
		from.r += len(data)
		for len(data) > 0 {
			from.port.count.addRecords(1)
			record, rest, ended := bytes.Cut(data, []byte{from.end})
			i, err := key(record)
			if err != nil {
				return err
			}
			if !j.out[i].gone {
				rests[i] = append(rests[i], data[:len(data)-len(rest)]...)
				j.out[i].count.addRecords(1)
			}
			if data = rest; !ended {
				break
			}
		}
		if !j.flush(from, rests) {
			return nil
		}
	}
}

// flush writes what each output is to get. It gives false when no output is
// left, or the run is over.
func (j *junction) flush(from *source, rests [][]byte) bool {
	sent := make([]int, len(rests))
	for {
		full := false
		for i, p := range j.out {
			for !p.gone && sent[i] < len(rests[i]) {
				n, err := p.write(rests[i][sent[i]:])
				sent[i] += n
				if err == syscall.EAGAIN {
					full = true
					break
				}
				if err != nil {
					p.count.addRecords(-from.count(rests[i][sent[i]:]))
					j.lose(p, err)
				}
			}
		}
		if !full {
			break
		}
		for i, p := range j.out {
			if sent[i] < len(rests[i]) {
				j.ask(p, writable)
			} else {
				j.ask(p, 0)
			}
		}
		if !j.wait(-1) || !j.left() {
			return false
		}
	}
	for i := range rests {
		rests[i] = rests[i][:0]
	}
	return true
}
