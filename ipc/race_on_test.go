//go:build race

package ipc

// raceDetector tells that each step costs several times as much.
const raceDetector = true
