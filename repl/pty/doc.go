// Package pty makes pseudo-terminals, pty(7): for the jobs of a prompt, and for tests
// that sit at one.
package pty
