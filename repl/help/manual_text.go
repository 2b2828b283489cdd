package help

// The prose of the reference. Paragraphs are wrapped anew; indented lines stand as they are.

const modelText = `
A topology is a two-sided graph. Stages run: a command of the system, a Lua function in a process of its own, or a
Lua function on a thread. Channels carry or hold: a pipe, a file, a FIFO, a region of shared memory, a queue. Ends
attach one to the other: which channel, to read or to write, at which descriptor.

A topology is a value: it can be kept in a variable, printed, drawn, combined and run many times. It runs only by
run, start, t:text() or t:lines(), or when it is entered at the prompt.

Bytes go from process to process through the kernel wherever they can. weir stands between them only where the
topology needs it, in relays: tee, deal, shard, merge, ordered, meter, spill, and between a stage and a channel of
messages. The drawing shows relays with double lines.

When a run ends, for whatever cause, none of its processes and none of its names are left. A second process, weir
guard, sees to that, also when weir is killed.`

const languageText = `
Lua 5.1, with one addition: | joins stages. Beside | a string is one line of shell words, and a function is a Lua
stage.

  run("seq 1 1000000" | "grep 7" | "wc -l")
  run("ls" | function() for l in io.lines() do print(l:upper()) end end | "sort")
  local t = "seq 9" | sh"grep 7" + sh"wc -l"

| binds as .. does: + and * bind tighter, comparisons looser. Beside + and * write sh"..." and proc(fn), since
between strings they are arithmetic. "a" .. topology is an error.

What a function captures travels with it by copy: its upvalues, the globals that it names, its arguments. Channels,
regions and locks travel by attachment: both sides then have the same one. A coroutine, an open file or a job cannot
travel, and is refused by name before anything is started. What the function returns is its stage's .value.

A channel without a name is private to the run. A channel with a name is joined if it exists already, by C programs,
too. Whoever made it removes it at the end, unless keep = true.`

const promptText = `
weir without arguments is a prompt. An expression prints its value; a topology is run, with the terminal; a
statement is carried out. An input goes on until it is whole, and a chain may be broken before or after |.

An input that begins with | goes on with the chain before it, and runs all of it. Commands that begin with : do not
come between, nor do lines that begin with | and were refused. An input that begins with $ is one line of shell; cd
in it is the prompt's own. x? is help for x. Local variables end with their input.

Ctrl-C stops what runs in the foreground; the second kills it. Ctrl-Z suspends it: fg() and bg() go on with it,
jobs() lists. start(t) runs in the background from the start. What jobs print stands above the line that is typed.

If standard input is no terminal, statements are read from it without prompts and colours. io.read, io.lines and
io.blocks read no more of it than they return, also of a pipe or a socket: the rest is left to the programs that
start behind them.`

const luaText = `
Lua's own library; its manual says more. What is left out of it, or done otherwise, stands under "What differs from
Lua 5.1".`

const systemsText = `
Native means that it is the system's own object, which other programs join by its name. Emulated means the same
verbs and the same results among weir's own processes. weir doctor tries each of them. In this version processes are
started, and mechanisms are there, on Linux only.`

const failureText = `
Whatever can be known beforehand is refused before the first process starts: unknown programs, missing files,
misspelt names. An error gives the script's file, line and column, shows the line, and says what would help. A stage
that fails is an error of run; check = false returns the result instead. A writer has not failed if SIGPIPE ends it
because its reader left.

A topology whose stages wait for each other for good is found within two seconds and stopped. The error names each
stage, what it is blocked on, and how full that is.`
