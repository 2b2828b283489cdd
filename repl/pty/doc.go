// Package pty makes pseudo-terminals, pty(7), for the jobs of a prompt and for tests. It has one file,
// for Linux.
package pty
