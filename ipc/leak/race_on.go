//go:build race

package leak

// RaceDetector tells that the tests run with it, so that each step costs many times
// as much.
const RaceDetector = true
