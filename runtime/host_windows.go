package runtime

// access leaves the answer to the call that opens the file.
func access(path string, mode uint32) error { return nil }
