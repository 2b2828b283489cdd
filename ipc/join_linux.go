package ipc

import (
	"fmt"
	"os"
)

// JoinMessages makes a message channel of the descriptors that its Files gave,
// in this process or in one that inherited them. It takes them over.
func JoinMessages(a Addr, files []*os.File) (Messages, error) {
	want := 1
	if a.Kind == KindMailslot {
		want = mailslotFiles
	}
	if len(files) != want {
		closeFiles(files)
		return nil, &Error{"join", a, fmt.Errorf("%d descriptors came, not %d", len(files), want)}
	}
	switch a.Kind {
	case KindRing:
		return asMessages(RingFromFile(files[0], a.Name))
	case KindMailbox:
		return asMessages(MailboxFromFile(files[0], a.Name))
	case KindQueue:
		return asMessages(QueueFromFile(files[0], a.Name))
	case KindMailslot:
		return asMessages(mailslotFromFiles(files, a.Name))
	case KindUnixgram, KindUnixpacket, KindUDP:
		return asMessages(socketFromFile(files[0], a))
	}
	closeFiles(files)
	return nil, &Error{"join", a, fmt.Errorf("a %s carries no messages", a.Kind)}
}

func closeFiles(files []*os.File) {
	for _, f := range files {
		f.Close()
	}
}

// asMessages keeps a nil pointer from becoming an interface that is not nil.
func asMessages[T Messages](ch T, err error) (Messages, error) {
	if err != nil {
		return nil, err
	}
	return ch, nil
}
