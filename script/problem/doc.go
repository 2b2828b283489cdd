// Package problem has the errors that a script can cause, on their way through Lua.
//
// An Error has a place in the script, a message and a way out (problem.go, origin.go).
// Raise gives it to Lua, which knows its text alone; Recall finds it again where the text
// comes out of Lua uncaught (raise.go). The error of a run that failed is a value with the
// run's result (failed_run.go). words.go names and quotes what a message is about.
package problem
