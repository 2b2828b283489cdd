// Package repl is weir's prompt: a loop that reads an input, evaluates it as Lua and runs the
// topologies that it yields.
//
//   - prompt.go is the loop; session.go remembers the inputs; chain.go joins an input with | in
//     front to the chain before it
//   - colon.go has the commands that begin with a colon: colon_eval.go those that evaluate,
//     colon_file.go those with files; save.go and save_form.go write the session as a script
//   - shell.go runs lines of shell
//   - show.go and show_json.go write values, paint.go gives an input its colours
//   - hint.go and locals.go say what to write instead, where an input was not meant as Lua has it
//   - editor.go is what reads inputs: editor_line.go at a terminal, editor_plain.go lines
//   - job_output_linux.go puts what jobs print above the line that is typed
//
// Beneath it stand the rooms input (what an input is), config (settings), help, complete, edit (the
// line editor) and reference (how help is written); above it tour and command. pty and vt serve the
// tests, and bench and soak have tests only.
package repl
