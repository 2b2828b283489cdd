package runtime

import "os"

// defaultPath is Path, which Windows finds however it is spelt.
var defaultPath = os.Getenv("PATH")

// access leaves the answer to the call that opens the file.
func access(path string, mode uint32) error { return nil }
