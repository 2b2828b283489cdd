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

// lock is a value that several goroutines share.
type lock[T any] struct {
	mu sync.Mutex
	v  T
}

func (l *lock[T]) get() T {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.v
}

func (l *lock[T]) set(v T) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.v = v
}
