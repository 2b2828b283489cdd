// Package explain writes a plan for a reader: as text, as JSON, and as the bash script
// that makes the same thing.
//
//   - explain.go: [WriteText] and [WriteJSON]: the steps in order, and what each calls
//   - bash.go: [Bash]: which pipes become a pipeline's, and which the script opens itself
//   - bash_write.go: the script put together, and the redirections of each stage
//   - loses.go: what bash has no word for
//   - quote.go: quoting as bash reads it
package explain
