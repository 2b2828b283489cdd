package relay

import (
	"errors"

	"golang.org/x/sys/windows"
)

// endsPipe reports whether an error is WriteFile's at a pipe without a reader.
func endsPipe(err error) bool {
	return errors.Is(err, windows.ERROR_NO_DATA) || errors.Is(err, windows.ERROR_BROKEN_PIPE)
}
