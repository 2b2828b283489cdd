//go:build !windows

package ipc

import "os"

// Semaphore is a POSIX semaphore as glibc lays it out: sem_open(3), and a sem_t in shared
// memory, join it.
//
// A semaphore has no holder. If a process dies after Wait, nothing posts for it, as POSIX
// has it; the death of a mutex's holder is noticed.
type Semaphore struct{ *wordSemaphore }

func init() {
	implement(KindSemaphore, operations{open: opener(OpenSemaphore), join: joiner(SemaphoreFromFile),
		create: func(a Addr, s Spec, o NameOptions) (Object, error) {
			return object(CreateSemaphore(a.Name, s.Count, o))
		},
		path:  func(name string) (string, error) { return sharedPath("sem.", name) },
		shown: folder{sharedFolder, "sem."}, limits: shmLimits,
		trial: Spec{Count: 1}, use: semaphoreUse})
}

// CreateSemaphore makes a semaphore, sem_open(3) with O_CREAT|O_EXCL. Without a
// name it is private.
func CreateSemaphore(name string, value int, o NameOptions) (*Semaphore, error) {
	if err := checkValue(value); err != nil {
		return nil, &Error{"create", Addr{KindSemaphore, name}, err}
	}
	init := func(r *Region) error {
		*word64(r.data, 0), *word32(r.data, 8) = uint64(value), futexShared
		return nil
	}
	return semaphoreOf(createNamed(KindSemaphore, name, SemaphoreSize, init, o))
}

// OpenSemaphore joins the semaphore that has the name.
func OpenSemaphore(name string) (*Semaphore, error) {
	return semaphoreOf(openNamed(KindSemaphore, name))
}

// SemaphoreFromFile takes over the descriptor of a semaphore's region.
func SemaphoreFromFile(f *os.File, name string) (*Semaphore, error) {
	return semaphoreOf(mapRegion(Addr{KindSemaphore, name}, f))
}

func semaphoreOf(r *Region, err error) (*Semaphore, error) {
	if err != nil {
		return nil, err
	}
	s, err := SemaphoreAt(r, 0)
	if err != nil {
		r.Close()
		return nil, err
	}
	s.own = true
	return s, nil
}
