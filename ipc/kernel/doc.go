// Package kernel reads what Linux tells of processes, proc(5).
//
//   - read_linux.go: files and folders of /proc
//   - stat_linux.go: /proc/PID/stat and status: state, parent, threads, start
//   - processes_linux.go: which processes there are
package kernel
