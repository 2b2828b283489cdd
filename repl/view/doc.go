// Package view carries frames of a running weir to whoever watches it, over a socket.
//
//   - line.go is what goes over it, a line of JSON each
//   - serve.go is the side that runs, and attach.go the side that watches
//   - script.go says where the script itself waits
//   - list.go finds the weirs that run
package view
