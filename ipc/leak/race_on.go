//go:build race

package leak

// RaceDetector reports whether the tests run with it. Each step then costs many times as
// much.
const RaceDetector = true
