package relay

import (
	"context"
	"fmt"
	"os"
	"syscall"
)

// Spill takes all that comes, and keeps in a file what the output has no room
// for yet. The file has no name, stands in dir (TMPDIR where it is empty), and
// gives back the blocks that were read. limit is the most that it may hold; 0 is
// no limit but the disk's.
func (x *Crossing) Spill(ctx context.Context, files map[int]*os.File, dir string, limit int64) (err error) {
	j, err := x.open(ctx, files)
	if err != nil {
		return err
	}
	defer j.end(&err)
	s := &spilling{junction: j, from: j.in[0], to: j.out[0], limit: limit, dir: dir}
	defer func() {
		if s.file != nil {
			s.file.Close()
		}
	}()
	return s.run()
}

type spilling struct {
	*junction
	from, to   *port
	dir        string
	limit      int64
	file       *os.File
	head, tail int64 // of what is in the file
	freed      int64 // up to where its blocks were given back
	buf        []byte
}

func (s *spilling) run() error {
	for {
		s.ask(s.to, 0)
		if s.tail > s.head {
			s.ask(s.to, writable)
		}
		if !s.from.gone {
			s.ask(s.from, readable)
		} else if s.tail == s.head {
			return nil
		}
		if !s.wait(-1) || s.to.isLost() {
			return nil
		}
		if s.tail > s.head && s.to.has(writable) {
			if more, err := s.pour(); err != nil || !more {
				return err
			}
		}
		if s.from.has(readable | broken) {
			if more, err := s.take(); err != nil || !more {
				return err
			}
		}
	}
}

// take moves what has come straight to the output while the file is empty, and
// else into the file.
func (s *spilling) take() (bool, error) {
	s.from.got = 0
	if s.tail == s.head {
		n, err := s.move(s.from, s.to)
		switch {
		case err == nil && n == 0:
			s.from.close()
			return true, nil
		case err == nil:
			return true, nil
		case err != syscall.EAGAIN && err != syscall.EINVAL:
			return false, s.moveFailed(s.from, s.to, err)
		}
	}
	return true, s.store()
}

// store moves a block of the input into the file.
func (s *spilling) store() error {
	if s.file == nil {
		if s.dir == "" {
			s.dir = os.TempDir()
		}
		f, err := fileWithoutName(s.dir)
		if err != nil {
			return err
		}
		s.file = f
	}
	if s.buf == nil {
		s.buf = make([]byte, blockSize)
	}
	n, err := s.from.read(s.buf)
	switch {
	case err == syscall.EAGAIN:
		return nil
	case err != nil:
		return s.from.fault("read", err)
	case n == 0:
		s.from.close()
		return nil
	case s.limit > 0 && s.tail-s.head+int64(n) > s.limit:
		return fmt.Errorf("its reader is %d bytes behind, and it may keep no more than %d: "+
			"raise the limit with spill = \"...\"", s.tail-s.head, s.limit)
	}
	if _, err := s.file.WriteAt(s.buf[:n], s.tail); err != nil {
		return fmt.Errorf("write a file in %s, where %d bytes wait for the reader: %w", s.dir, s.tail-s.head, cause(err))
	}
	s.tail += int64(n)
	return nil
}

// pour moves what the output has room for out of the file, which begins anew
// when it is empty. It copies: splice(2) would lend the pipe pages of the file
// that free takes away. It gives false when the output has lost its reader.
func (s *spilling) pour() (bool, error) {
	n, err := s.file.ReadAt(s.buf[:min(s.tail-s.head, blockSize)], s.head)
	if err != nil {
		return false, fmt.Errorf("read a file in %s, where %d bytes wait for the reader: %w", s.dir, s.tail-s.head, err)
	}
	n, err = s.to.write(s.buf[:n])
	switch {
	case err == syscall.EAGAIN:
		return true, nil
	case err != nil:
		s.lose(s.to, err)
		return false, nil
	}
	s.head += int64(n)
	return true, s.free()
}

// free gives back the blocks of the file that were read.
func (s *spilling) free() error {
	if s.head == s.tail {
		s.head, s.tail, s.freed = 0, 0, 0
		if err := s.file.Truncate(0); err != nil {
			return fmt.Errorf("empty a file in %s: %w", s.dir, err)
		}
		return nil
	}
	if s.head-s.freed >= 16<<20 {
		giveBack(s.file, s.freed, s.head-s.freed)
		s.freed = s.head
	}
	return nil
}
