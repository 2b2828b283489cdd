// Package errno says errors of the system in the words of strerror(3), which are the same
// wherever the cause is the same: the errors of Win32 have numbers and words of their own.
package errno

import (
	"errors"
	"strings"
	"syscall"
)

// Words gives the words of an error number, with a small first letter, and its number as
// errno.h of the system has it.
func Words(no syscall.Errno) (words string, number int) { return inWords(no) }

// Text gives the text of an error, in which the system's error is said in words.
func Text(err error) string {
	text := err.Error()
	var no syscall.Errno
	if !errors.As(err, &no) {
		return text
	}
	words, _ := inWords(no)
	return strings.Replace(text, no.Error(), words, 1)
}
