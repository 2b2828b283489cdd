//go:build unix

package relay

// endsPipe reports nothing that EPIPE does not say.
func endsPipe(error) bool { return false }
