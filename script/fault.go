package script

import "fmt"

// Version is weir's, as --version prints it.
const Version = "0.1.0"

// FaultError is a fault of weir's own, which no script is to bring about.
type FaultError struct{ Text string }

func (e *FaultError) Error() string {
	return fmt.Sprintf("internal error: %s; this is a fault of weir %s: please report it with the script that shows it",
		e.Text, Version)
}

// faultf makes a FaultError.
func faultf(format string, args ...any) error { return &FaultError{fmt.Sprintf(format, args...)} }
