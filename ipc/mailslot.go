package ipc

import (
	"errors"
	"time"
)

// MailslotInfo is the result of GetMailslotInfo.
type MailslotInfo struct {
	MaxMessage int // bytes
	Next       int // bytes of the next message; -1 (MAILSLOT_NO_MESSAGE) if there is none
	Count      int // messages that wait
	Timeout    time.Duration
}

// maxMailslot is the longest message that fits a socket's buffer under any default of the
// system, and what a message of Windows's mailslots may have.
const maxMailslot = 64 << 10

var errNoServer = errors.New("no process has made it: a mailslot's client needs its server")
