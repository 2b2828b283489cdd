package leak

import "time"

// Patience is how long a test waits for what must come. It ends a test that
// would hang, on the slowest machine and with the race detector; it measures
// nothing.
const Patience = 2 * time.Minute
