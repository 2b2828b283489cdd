package guard

import "weir/ipc/names"

// register has the names that this process made; nil before the first. linkMu guards it.
var register *names.Register

// Names gives the register of the names that this process makes. The guard has it too: when
// this process dies, however it dies, the names go.
func Names() (*names.Register, error) {
	linkMu.Lock()
	defer linkMu.Unlock()
	if register != nil {
		return register, nil
	}
	l, err := connectLocked()
	if err != nil {
		return nil, err
	}
	r, err := names.Open()
	if err != nil {
		return nil, err
	}
	if err := l.sendNames(r); err != nil {
		r.Close()
		return nil, err
	}
	register = r
	return r, nil
}

// RemoveName removes a name that this process made. After Shutdown the guard has removed
// it.
func RemoveName(path string) {
	linkMu.Lock()
	defer linkMu.Unlock()
	if register != nil {
		_ = register.Remove(path)
	}
}

// sendNames gives the guard the register of names, and with it its lock. If weir dies the
// guard removes what stands there.
func (l *Link) sendNames(r *names.Register) error {
	return l.system.send(batched(message(msgNames)), []int{int(r.File().Fd())})
}
