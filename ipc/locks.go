package ipc

import (
	"errors"
	"math"
	"os"
)

// The room that locks take in a region. All are aligned to eight.
const (
	SemaphoreSize = 32 // sizeof(sem_t)
	MutexSize     = 8
	ConditionSize = 8
	EventSize     = 8
)

// BarrierSize is the room that a barrier for n parties takes.
func BarrierSize(n int) int { return barrierTable + 8*n }

const barrierTable = 64

const (
	// SemaphoreMax is SEM_VALUE_MAX.
	SemaphoreMax = math.MaxInt32
	// MaxParties is how many a barrier may hold back.
	MaxParties = 1 << 16
)

// Faults of those who use a mutex.
var (
	ErrHeld    = errors.New("it is held by this party already: it would wait for itself")
	ErrNotHeld = errors.New("it is not held by this party")
)

// errLockClosed is os.ErrClosed, which speaks of a file.
var errLockClosed error = lockClosed{}

type lockClosed struct{}

func (lockClosed) Error() string        { return "it is closed" }
func (lockClosed) Is(target error) bool { return target == os.ErrClosed }

// errLockCut is what a lock is whose file another process has made smaller,
// ftruncate(2): memory that was there is answered with SIGBUS.
var errLockCut = errors.New("another process has made it smaller: the memory is gone")
