// Package top is what weir top shows: frames, keys and printed text go in, and cells of a screen
// come out. It reads no clock, no file and no terminal; package repl/top/terminal has those.
//
//   - model.go is what the view knows, history.go the last minutes of the run, and printed.go what
//     the run has printed
//   - keys.go has the keys and what each does, and predict.go asks before it shows
//   - picture.go lays a screen out; row.go makes rows of stages, fold.go folds replicas, inspect.go is
//     what stands below the rows, and page.go what fills the screen instead; graph.go draws the run as
//     boxes, and ring.go a deadlock
//   - cell.go is a screen of cells, and screen.go what makes a terminal show it
//   - text.go is frames as lines, for logs and screen readers; words.go has numbers and signs
package top
