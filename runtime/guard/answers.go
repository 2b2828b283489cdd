package guard

import "sync"

// answers are messages to the link, in their order.
type answers struct {
	mu     sync.Mutex
	news   *sync.Cond
	queue  packet
	closed bool
}

func (a *answers) add(msg packet) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.queue.add(msg)
	a.news.Signal()
}

func (a *answers) close() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.closed = true
	a.news.Signal()
}

// take gives what has come, and waits for it; it is empty after close.
func (a *answers) take() (queue packet) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for len(a.queue) == 0 && !a.closed {
		a.news.Wait()
	}
	queue, a.queue = a.queue, nil
	return queue
}

// tell hands the answers to the link, until close.
func (a *answers) tell(l *Link) {
	for queue := a.take(); len(queue) > 0; queue = a.take() {
		if err := each(queue, l.answer); err != nil {
			l.breakOff(err)
		}
	}
	runs, closing, _ := l.leave()
	l.gone(runs, closing, nil)
}
