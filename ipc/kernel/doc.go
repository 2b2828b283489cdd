// Package kernel reads what Linux tells of processes, proc(5).
//
//   - read_linux.go: files and folders of /proc
//   - stat_linux.go: /proc/PID/stat and status: state, parent, threads, start
//   - processes_linux.go: which processes there are
//   - task_linux.go, call_linux.go and usage_linux.go: what a thread does now, and what a
//     process has used
//   - descriptor_linux.go and file.go: what a process has open
package kernel
