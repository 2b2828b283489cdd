package ipc

import (
	"errors"
	"math"
	"os"
)

// How many bytes locks take in a region. All are aligned to eight.
const (
	SemaphoreSize = 32 // sizeof(sem_t)
	MutexSize     = 8
	ConditionSize = 8
	EventSize     = 8
)

// BarrierSize is how many bytes a barrier for n parties takes.
func BarrierSize(n int) int { return barrierTable + 8*n }

const barrierTable = 64

const (
	// SemaphoreMax is SEM_VALUE_MAX.
	SemaphoreMax = math.MaxInt32
	// MaxParties is how many parties a barrier may have.
	MaxParties = 1 << 16
)

// Faults of a mutex's handle.
var (
	ErrHeld    = errors.New("this value has locked it already, and would wait for itself")
	ErrNotHeld = errors.New("this value has not locked it")
)

// errLockClosed is os.ErrClosed, whose text is about a file.
var errLockClosed error = lockClosed{}

type lockClosed struct{}

func (lockClosed) Error() string        { return "it is closed" }
func (lockClosed) Is(target error) bool { return target == os.ErrClosed }
