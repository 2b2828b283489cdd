package script

import (
	"cmp"
	"fmt"

	"weir/ipc"
	"weir/script/library"
)

// untilNobody is what help says of a wait for another party.
const untilNobody = "Where nobody is left who could end the wait it raises an error. A lock with a name waits on: " +
	"another program may come, and weir says once that it waits for one."

// lockRow is the row of a lock.
type lockRow struct {
	mechanism
	count   string // what the number is that its constructor takes; empty where it takes none
	most    int
	joins   bool                     // with its name alone, and no number, it is only joined
	options []string                 // besides keep=
	call    func(name string) string // how one is made; a region of its own unless said
	// differs says as what a lock is there that the script asks for otherwise, and as what
	// the script asks for it.
	differs func(h ipc.Object, s ipc.Spec) (have, asked string)
}

// lockRows are the rows of the locks.
func lockRows() []lockRow {
	return []lockRow{
		{mechanism: mechanism{kind: ipc.KindSemaphore, noun: "a semaphore", letter: "s", example: "(0)",
			state: func(_ ipc.Object, st ipc.LockState, _ string) string {
				return fmt.Sprintf(", its value is %d", st.Value)
			},
			maker: library.Entry{
				Signature: `semaphore([name,] n [, {keep=, open=}]) or semaphore(name)`,
				Summary:   "a POSIX semaphore, sem_open(3): a C program joins it by its name; without n it must be there",
				Example:   `local s = semaphore("/seats", 4); s:wait(); print(s:value()); s:post()`,
				Manual:    "sem_overview(7), sem_open(3); CreateSemaphore",
				Long: "Without a name it is private: a stage that waits for it when nobody is left who could post it " +
					"is a deadlock, and found."},
			methods: []library.Entry{
				{Name: "wait", Signature: `s:wait([{timeout=}])`, Returns: "true?, string?", Call: semaphoreWait,
					Summary: `takes one, and waits until there is one: true, or nil and "timeout" or "would block"`,
					Example: `print(semaphore(0):wait{timeout = 0})`,
					Manual:  "sem_wait(3), sem_timedwait(3); WaitForSingleObject", Long: untilNobody},
				{Name: "post", Signature: `s:post()`, Summary: "gives one back, sem_post(3)", Example: `semaphore(0):post()`,
					Manual: "sem_post(3); ReleaseSemaphore", Call: doing("a semaphore", "post", (*ipc.Semaphore).Post)},
				{Name: "value", Signature: `s:value()`, Returns: "integer", Call: semaphoreValue,
					Summary: "how many there are now, sem_getvalue(3)", Example: `print(semaphore(3):value())`,
					Manual: "sem_getvalue(3)"},
				{Name: "init", Signature: `s:init(n)`, Call: semaphoreInit,
					Summary: "sem_init(3), for a sem_t in a region before anybody uses it",
					Example: `shm{layout = "sem_t free;"}.free:init(4)`, Manual: "sem_init(3)"}}},
			count: "the value", most: ipc.SemaphoreMax, joins: true, call: func(name string) string {
				if name == "" {
					return regionCall("semaphore", name)
				}
				return "sem_open(" + name + ", O_CREAT|O_EXCL, 0600)"
			}},
		{mechanism: mechanism{kind: ipc.KindMutex, noun: "a mutex", letter: "m", example: "()",
			state: func(_ ipc.Object, _ ipc.LockState, holder string) string {
				return ", which " + cmp.Or(holder, "nobody") + " holds"
			},
			maker: library.Entry{
				Signature: `mutex([name,] {keep=, open=})`,
				Summary:   `a lock that processes and threads share; a holder that dies gives the next taker the word "abandoned"`,
				Example:   `local m = mutex(); m:lock(); m:unlock()`,
				Manual:    "futex(2), pthread_mutexattr_setrobust(3); CreateMutex"},
			methods: []library.Entry{
				{Name: "lock", Signature: `m:lock([{timeout=}])`, Returns: "true?, string?", Call: mutexLock,
					Summary: `takes the mutex: true, with "abandoned" where its last holder died; ` +
						`or nil and "timeout" or "would block"`,
					Example: `print(mutex():lock())`, Manual: "pthread_mutex_lock(3); WaitForSingleObject",
					Long: "Two parties that take two mutexes in different orders wait for each other for good: " +
						"a deadlock, which is found within two seconds. \"abandoned\" is EOWNERDEAD: whatever ended the " +
						"holder, a signal or its timeout=, what the mutex protects may be half changed. Where weir stops " +
						"a holder because of a deadlock, whoever waits for it gets the deadlock's error instead."},
				{Name: "unlock", Signature: `m:unlock()`, Call: doing("a mutex", "unlock", (*ipc.Mutex).Unlock),
					Summary: "frees the mutex, which this party holds", Example: `local m = mutex(); m:lock(); m:unlock()`,
					Manual: "pthread_mutex_unlock(3); ReleaseMutex"}}}},
		{mechanism: mechanism{kind: ipc.KindCondition, noun: "a condition", letter: "c", example: "()",
			maker: library.Entry{
				Signature: `condition([name,] {keep=, open=})`,
				Summary:   "where parties wait for a change of what a mutex protects",
				Example:   `local c, m = condition(), mutex(); m:lock(); c:wait(m, {timeout = 0.1}); m:unlock()`,
				Manual:    "futex(2), pthread_cond_wait(3); SleepConditionVariableCS",
				Long: "Signals are not kept: who is not waiting misses them. " +
					"Look at what you wait for in a loop, while you hold the mutex."},
			methods: []library.Entry{
				{Name: "wait", Signature: `c:wait(m [, {timeout=}])`, Returns: "true?, string?", Call: conditionWait,
					Summary: "frees the mutex m, waits for a signal, and takes m again; look at what you wait for in a loop",
					Example: `local c, m = condition(), mutex(); m:lock(); print(c:wait(m, {timeout = 0.1}))`,
					Manual:  "pthread_cond_wait(3); SleepConditionVariableCS", Long: untilNobody},
				{Name: "signal", Signature: `c:signal()`, Summary: "wakes one that waits", Example: `condition():signal()`,
					Manual: "pthread_cond_signal(3); WakeConditionVariable",
					Call:   doing("a condition", "signal", (*ipc.Condition).Signal)},
				{Name: "broadcast", Signature: `c:broadcast()`, Summary: "wakes all that wait",
					Example: `condition():broadcast()`, Manual: "pthread_cond_broadcast(3); WakeAllConditionVariable",
					Call: doing("a condition", "broadcast", (*ipc.Condition).Broadcast)}}}},
		{mechanism: mechanism{kind: ipc.KindBarrier, noun: "a barrier", letter: "b", example: "(1)",
			state: func(h ipc.Object, st ipc.LockState, _ string) string {
				return fmt.Sprintf(", %d of %d have come", st.Value, h.(*ipc.Barrier).Parties())
			},
			maker: library.Entry{
				Signature: `barrier([name,] n [, {keep=, open=}])`,
				Summary:   "holds parties back until n of them are there",
				Example:   `local b = barrier(1); print(b:wait())`,
				Manual:    "futex(2), pthread_barrier_wait(3); EnterSynchronizationBarrier"},
			methods: []library.Entry{
				{Name: "wait", Signature: `b:wait([{timeout=}])`, Returns: "true?, string?", Call: barrierWait,
					Summary: `waits for the other parties: true, with "last" for one of them; "abandoned" where one died waiting`,
					Example: `print(barrier(1):wait())`, Manual: "pthread_barrier_wait(3); EnterSynchronizationBarrier",
					Long: untilNobody}}},
			count: "the number of parties", most: ipc.MaxParties,
			differs: func(h ipc.Object, s ipc.Spec) (have, asked string) {
				if n := h.(*ipc.Barrier).Parties(); n != s.Count {
					return fmt.Sprintf("for %d parties", n), fmt.Sprintf("for %d", s.Count)
				}
				return "", ""
			}},
		{mechanism: mechanism{kind: ipc.KindEvent, noun: "an event", letter: "e", example: "()",
			state: func(_ ipc.Object, st ipc.LockState, _ string) string {
				return map[int]string{0: ", not set", 1: ", set"}[st.Value]
			},
			maker: library.Entry{
				Signature: `event([name,] {auto=, keep=, open=})`,
				Summary:   "is set or not, as CreateEvent has it; auto lets one party through for each set",
				Example:   `local e = event(); e:set(); print(e:wait())`,
				Manual:    "futex(2); CreateEvent",
				Long:      "Without auto a set event stays set and lets all through, until it is reset."},
			methods: []library.Entry{
				{Name: "wait", Signature: `e:wait([{timeout=}])`, Returns: "true?, string?",
					Summary: "waits until the event is set", Example: `print(event():wait{timeout = 0})`,
					Manual: "WaitForSingleObject; futex(2)", Long: untilNobody,
					Call: waiting("an event", (*ipc.Event).Wait)},
				{Name: "set", Signature: `e:set()`, Summary: "sets the event, SetEvent", Example: `event():set()`,
					Manual: "SetEvent; futex(2)", Call: doing("an event", "set", (*ipc.Event).Set)},
				{Name: "reset", Signature: `e:reset()`, Summary: "resets the event, ResetEvent", Example: `event():reset()`,
					Manual: "ResetEvent; futex(2)", Call: doing("an event", "reset", (*ipc.Event).Reset)}}},
			options: []string{"auto"},
			differs: func(h ipc.Object, s ipc.Spec) (have, asked string) {
				ways := map[bool]string{true: "that resets itself", false: "that stays set"}
				if auto := h.(*ipc.Event).Auto(); auto != s.Auto {
					return "as one " + ways[auto], "for one " + ways[s.Auto]
				}
				return "", ""
			}},
	}
}
