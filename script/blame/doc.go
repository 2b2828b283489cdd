// Package blame finds what in the source of a script an error is about, and what was meant.
//
// An error out of Lua knows a line and some words. A Finder adds the word that the caret
// points at, and a name that is near: of a field, a variable, a method (suggest.go) or a
// program beside | (scope.go). It looks at the values that were visible where the error was
// raised, which Call keeps.
package blame
