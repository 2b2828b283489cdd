package view

import (
	"encoding/json"
	"sync"
)

// lines are written by several goroutines, each line whole.
type lines struct {
	mu sync.Mutex
	to *json.Encoder
}

func (l *lines) write(line any) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.to.Encode(line)
}
