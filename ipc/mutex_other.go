//go:build !windows

package ipc

import "os"

// Mutex is a lock that processes and threads share. A handle holds it, and excludes every
// other handle, also of the same process. Any thread of the process may use the handle.
type Mutex struct{ *wordMutex }

func init() {
	implement(KindMutex, operations{open: opener(OpenMutex), join: joiner(MutexFromFile),
		create: func(a Addr, _ Spec, o NameOptions) (Object, error) { return object(CreateMutex(a.Name, o)) },
		limits: func() string { return "a holder's death is noticed within 10 ms" },
		use:    mutexUse})
}

// CreateMutex makes a mutex. Without a name it is private.
func CreateMutex(name string, o NameOptions) (*Mutex, error) {
	return wordMutexOf(createLock(KindMutex, name, MutexSize, 0, o))
}

// OpenMutex joins the mutex that has the name.
func OpenMutex(name string) (*Mutex, error) {
	return wordMutexOf(openLock(KindMutex, name, MutexSize))
}

// MutexFromFile takes over the descriptor of a mutex's region.
func MutexFromFile(f *os.File, name string) (*Mutex, error) {
	return wordMutexOf(lockFromFile(KindMutex, f, name, MutexSize))
}
