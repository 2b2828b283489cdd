package filter

// Uniq leaves out a line that is the same as the one before it.
func Uniq() Filter { return &uniq{} }

type uniq struct {
	stateless
	last []byte
	some bool
	out  []byte
}

func (u *uniq) Lines(block []byte, next Emit) error {
	u.out = u.out[:0]
	b := text(block)
	last, some := text(u.last), u.some
	for at := 0; at < len(b); {
		end := LineEnd(b, at)
		line := b[at:end]
		if !some || line != last {
			u.out = append(append(u.out, line...), '\n')
			last, some = line, true
		}
		at = end + 1
	}
	u.last, u.some = append(u.last[:0], last...), some
	if len(u.out) == 0 {
		return nil
	}
	return next(u.out)
}
