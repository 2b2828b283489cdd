package ipc_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"weir/ipc"
)

// Two sides of a ring, here of one program; another process joins it with the
// descriptors that Files gives, or by its name.
func ExampleRing() {
	r, err := ipc.CreateRing("", 2, 64, ipc.NameOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer r.Close()
	go func() {
		for _, m := range []string{"one", "two", "three"} {
			r.Send([]byte(m)) // waits while both slots are taken
		}
	}()
	buf := make([]byte, r.MessageSize())
	for range 3 {
		n, err := r.Receive(buf)
		fmt.Println(string(buf[:n]), err)
	}
	r.SetReadDeadline(time.Now())
	_, err = r.Receive(buf)
	fmt.Println(errors.Is(err, os.ErrDeadlineExceeded))
	// Output:
	// one <nil>
	// two <nil>
	// three <nil>
	// true
}

// A message of a higher priority overtakes the others.
func ExampleQueue() {
	q, err := ipc.CreateQueue("", 8, 64, ipc.NameOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer q.Close()
	q.Send([]byte("can wait"))
	q.SendPriority([]byte("urgent"), 7)
	buf := make([]byte, q.MessageSize())
	for range 2 {
		n, priority, err := q.ReceivePriority(buf)
		fmt.Println(string(buf[:n]), priority, err)
	}
	// Output:
	// urgent 7 <nil>
	// can wait 0 <nil>
}

// A holder that goes without unlocking leaves word to the next.
func ExampleMutex() {
	first, err := ipc.CreateMutex("", ipc.NameOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	file, err := os.OpenFile(fmt.Sprintf("/proc/self/fd/%d", first.File().Fd()), os.O_RDWR, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	second, err := ipc.MutexFromFile(file, "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer second.Close()
	fmt.Println(first.Lock(context.Background()))
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	fmt.Println(errors.Is(second.Lock(ctx), context.DeadlineExceeded))
	first.Close() // with the lock
	fmt.Println(errors.Is(second.Lock(context.Background()), ipc.ErrAbandoned))
	// Output:
	// <nil>
	// true
	// true
}
