package leak

import "time"

// Patience is how long a test waits for what must come. It is long enough for the slowest
// machine with the race detector, and only ends a test that hangs.
const Patience = 2 * time.Minute
