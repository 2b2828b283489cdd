package config

import "os"

// distrust knows nothing here: who may write the file is in its access control list.
func distrust(path string, f *os.File) (string, error) { return "", nil }
