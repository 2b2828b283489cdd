package pattern

import (
	"os"
	"testing"

	"weir/ipc/leak"
)

func TestMain(m *testing.M) { os.Exit(leak.Main(m, nil)) }
