package script

import (
	"weir/ipc"
	"weir/script/library"
)

// The globals.
func init() {
	fillMechanisms()
	functions = []library.Entry{
		library.New(library.GroupFunction, "cmd", `cmd(name [, arg, ...]) or cmd{name, arg, ..., env={}, dir=, name=}`,
			"one process of the system, no shell, arguments exact", `run(cmd("ls", "-l"))`, luaCmd).
			About("", "execve(2); CreateProcess", "A topology among the arguments is process substitution: the "+
				"program gets a path by which it reads that topology's output, or writes into it where the argument "+
				"is into(t): /dev/fd/N, and on Windows a named pipe that a relay serves.").Gives("weir.Topology"),
		library.New(library.GroupFunction, "sh", `sh"line"`,
			"one line of shell words, each of its commands a stage; a bare string beside | is the same",
			`run(sh"wc -l < /etc/hosts")`, luaSh).
			About("", "bash(1), QUOTING and EXPANSION",
				`Words, quotes, $VAR, ~, globs, <, >, >>, <>, 2>, 2>&1, 2>&-, <<<, here-documents and | are read as `+
					`bash reads them, but no shell is started. Anything else is an error, which names cmd("bash", "-c", `+
					`...).`).Gives("weir.Topology"),
		library.New(library.GroupFunction, "proc", `proc(fn, ...)`,
			"the Lua function in a process of its own; a bare function beside | is the same",
			`run("seq 3" | proc(function() for l in io.lines() do print(l * 2) end end))`, luaProc).
			About("", "fork(2), execve(2); CreateProcess",
				"io.read, io.lines, io.write and print are the stage's own standard streams. What the function "+
					"captures travels by copy; channels and locks travel as descriptors. What it returns is its stage's "+
					".value.").Gives("weir.Topology"),
		library.New(library.GroupFunction, "thread", `thread(fn, ...)`,
			"the Lua function on a thread of weir's own process, in a state of its own",
			`run("seq 3" | thread(function() print(#io.read("*a")) end))`, luaThread).
			About("", "pthreads(7); CreateThread", "Nothing is shared by itself: the function has a Lua state of its "+
				"own, and what it captures is copied. Beside proc it shows what a thread and a process cost.").
			Gives("weir.Topology"),
		library.New(library.GroupFunction, "text", `text"..."`, "a source that holds this text",
			`run(text"b\na\n" | "sort")`, luaText).
			About(ipc.KindMemory, "memfd_create(2)", "").Gives("weir.Topology"),
		library.New(library.GroupFunction, "file", `file(path [, "r" | "w" | "a"])`, "a file as source or sink",
			`run("seq 3" | file("numbers.txt", "w")); run(file"numbers.txt" | "sort -r")`, luaFile).
			About(ipc.KindFile, "open(2); CreateFile",
				`Without a mode the place in the chain decides: a source is read, a sink is made or made empty. "a" `+
					`appends.`).Gives("weir.Channel"),
		library.New(library.GroupFunction, "pipe", `pipe{capacity=, spill=, meter=, frame=, codec=}`,
			"an anonymous pipe that several chains share, or that the script itself writes or reads; with spill it "+
				"takes all that comes, and keeps it on disk",
			`local p = pipe{capacity = "64K"}; run("seq 3" | p | "wc -l")`, luaPipe).
			About(ipc.KindPipe, "pipe(7); CreatePipe",
				"Between two stages | makes one by itself. capacity is what fits into it before its writer waits, "+
					"fcntl(2), F_SETPIPE_SZ. frame= and codec= say how messages lie in its bytes.").Gives("weir.Channel"),
		library.New(library.GroupFunction, "fifo", `fifo(path [, {create=, open=, mode=, frame=, codec=}])`,
			"a named pipe that programs outside weir can join; made if it is not there, and then removed at the end",
			`run("seq 3" | fifo"numbers" | "wc -l")`, luaFIFO).
			About(ipc.KindFIFO, "fifo(7), mkfifo(3); CreateNamedPipe",
				"A reader waits until there is a writer, and a writer until there is a reader; who waits longer than "+
					"two seconds says so, and waits on.").Gives("weir.Channel"),
	}
	filters = filterRows()
	for i := range filters {
		functions = append(functions, filters[i].complete())
	}
	functions = append(functions,
		library.New(library.GroupFunction, "tee", `tee(a, b, ... [, {frame=, spill=}])`,
			"a copy of the input for each; whoever leaves does not starve the others; their outputs merge, whole lines",
			`run("seq 9" | tee("wc -l", "tail -1"))`, luaGroup("tee", splitTee, gatherMerge, true)).
			About("", "tee(1), tee(2), splice(2)", "A relay of weir's copies. a + b is the same without options. With "+
				"spill nobody waits for the slowest.").Gives("weir.Topology"),
		library.New(library.GroupFunction, "deal", `deal(a, b, ... [, {frame=, spill=}])`,
			"each line of the input to one that is free; t * n deals to n replicas",
			`run("seq 9" | deal("cat", "cat"))`, luaGroup("deal", splitDeal, gatherMerge, true)).
			About("", "xargs(1), -P", "Who reads gets the next line, so the fast ones get more. frame= says what a "+
				"message is: a line unless told otherwise.").Gives("weir.Topology"),
		library.New(library.GroupFunction, "shard", `shard(keyfn, a, b, ... [, {frame=, spill=}])`,
			"each line by its key, equal keys to the same stage; a whole number k is the place k itself, any other "+
				"key is hashed", `run("seq 9" | shard(function(l) return l % 2 end, "wc -l", "wc -l"))`, luaShard).
			About("", "", "keyfn(line) runs in the relay. All lines of one key go to the same stage, in their order.").
			Gives("weir.Topology"),
		library.New(library.GroupFunction, "merge", `merge(a, b, ... [, {frame=}])`,
			"whole lines of all of them, as they come", `run(merge("seq 3", "seq 7 9") | "sort -r")`, luaGroup("merge",
				splitTee, gatherMerge, false)).
			About("", "", "No line is torn, whoever writes at the same time.").Gives("weir.Topology"),
		library.New(library.GroupFunction, "concat", `concat(a, b, ...)`,
			"all of the first one's output, then the next one's, bytes as they are",
			`run(concat("seq 3", "seq 7 9") | "cat -n")`, luaGroup("concat", splitTee, gatherConcat, false)).
			About("", "cat(1)", "All of them run from the start; the later ones wait when their pipes are full.").
			Gives("weir.Topology"),
		library.New(library.GroupFunction, "ordered", `ordered(t)`,
			"what replicas or a deal give, in the order of the input: one line out for each that goes in",
			`run("seq 9" | ordered(sh"sed s/^/x/" * 3))`, luaOrdered).
			About("", "parallel(1), --keep-order", "").Gives("weir.Topology"),
		library.New(library.GroupFunction, "loop", `loop(t [, {seed=, tap=}])`,
			"t's output comes back to its input; seed goes in first, tap gets a copy of what goes round; it ends when "+
				"a stage ends", `run(loop(function() for l in io.lines() do print(l - 1) io.flush() if l == "2" then `+
				`break end end end, {seed = "9\n", tap = "cat"}))`, luaLoop).
			About("", "", "A chain whose end feeds its start: bash needs a FIFO for it. A loop that fills up is a "+
				"deadlock, which weir finds.").Gives("weir.Topology"),
		library.New(library.GroupFunction, "into", `into(t)`,
			"as an argument of cmd: the program writes there what t reads",
			`run("seq 9" | cmd("tee", into(sh"wc -l")) | "tail -1")`, luaInto).
			About("", "bash(1), Process Substitution", "").Gives("weir.Topology"),
		library.New(library.GroupFunction, "meter", `meter([name])`,
			"counts the bytes that go through this place of a chain, exactly: result.meters has them",
			`print(run("seq 9" | meter() | "sort").meters.meter.bytes)`, luaMeter).
			About("", "pv(1)", "A relay that counts. Where there is none the kernel moves the bytes, and nobody "+
				"counts.").Gives("weir.Topology"),
	)
	functions = append(functions, library.New(library.GroupFunction, "progress", `progress([total | {total=, lines=}])`,
		"passes on what comes, and shows on the terminal how much that was, how fast, and how long it will take",
		`run(text"b\na\n" | progress() | "sort")`, luaProgress).
		About("", "pv(1)", "total is in bytes, or like \"3G\"; behind a file or a text it is known. With lines = true "+
			"lines are counted, and total is one of lines. It is one line on standard error, and none where that is no "+
			"terminal. It costs what meter() costs, and result.meters has its counts, too. The option progress = true of run "+
			"puts one behind the first part of a chain; of a run that is none it counts the messages of a ring, or the "+
			"stages that have ended. Behind deal and ordered it shows how much of their file was dealt.").Gives("weir.Topology"))
	functions = append(functions, makers(true)...)
	functions = append(functions,
		library.New(library.GroupFunction, "self", `self()`,
			"this stage, or the script: receives what was sent to it, and sends with its name",
			`run(proc(function() print(self().name) end))`, luaSelf).
			About("", "", "self() in a script names the script itself. A stage's messages come with their sender, who "+
				"can be answered.").Gives("weir.Peer"),
		library.New(library.GroupFunction, "socket",
			`socket("unix:path" | "tcp:host:port" | "udp:host:port" | "unixgram:path" | "unixpacket:path" [, `+
				`{listen=, codec=, frame=}])`, "a socket, the client's end, or with listen = true the server's; on "+
				"127.0.0.1 unless told otherwise", `local s = socket("tcp:0", {listen = true}); print(s)`, luaSocket).
			About(ipc.KindUnix, "socket(7), unix(7), tcp(7), udp(7)",
				`unix: and tcp: carry bytes, the others whole messages. A path is one from the working folder. `+
					`"tcp:0" takes a free port, which the value shows. A server's client is waited for when the `+
					`socket is first used, by the script or by a run; a unixpacket: server takes one.`).
			Gives("weir.Channel|weir.Messages"),
		library.New(library.GroupFunction, "listen", `listen(address, stage [, {count=}])`,
			"a stage that runs one of the given kind for each connection, whose stdin and stdout are the connection",
			`local job = start(listen("unix:echo", "cat")); job:kill()`, luaListen).
			About(ipc.KindUnix, "listen(2), accept(2), inetd(8)",
				"count= is how many connections are taken before it ends. The server runs until its job is killed "+
					"where nothing is said.").Gives("weir.Topology"),
	)
	functions = append(functions, makers(false)...)
	functions = append(functions,
		library.New(library.GroupFunction, "select", `select(n, ...) | select{ch, ..., timeout=}`,
			"of a table: the first channel, lock or job in it that is ready, and what it gave; of a number: the arguments "+
				`from the nth on, and with "#" how many there are`,
			`local r = ring(); r:send("x"); print(select{r, timeout = 0})`, luaSelect).
			About("", "select(2), poll(2), epoll(7); WaitForMultipleObjects",
				"It waits for the first of all, as receive of a channel, wait of a semaphore, an event or a job, and lock of a "+
					"mutex would, and gives the item and what that call gives: a message, or nil and \"closed\". A channel that "+
					"has ended is ready at once: take it out of the table. Who waits for several may go on and send to any of "+
					"them, so that several that wait for each other's end are a deadlock: stop them by an event. Where several "+
					"are ready they come in turn. When timeout= is over, nil and \"timeout\"; timeout = 0 does not wait: nil "+
					"and \"would block\".").
			Gives("any"),
		library.New(library.GroupFunction, "wait_any", `wait_any(jobs [, {timeout=}])`,
			"waits for the first of several jobs to end, and returns it and its result, or nil and \"timeout\"; an error "+
				"where a stage of it failed", `print(wait_any{start("sleep 0.1"), start("sleep 9")})`, luaWaitAny).
			About("", "wait(1), -n; waitpid(2)", "jobs() are all of them.").Gives("weir.Job?, weir.Result|string"),
		library.New(library.GroupFunction, "run", `run(t, ... [, opts])`,
			"runs all as one topology, waits, returns the result; an error where a stage failed",
			`run("seq 9" | "grep 7")`, luaRun).
			About("", "fork(2), pipe(2), execve(2), wait4(2); CreateProcess",
				"opts: timeout=, check=, deadlock=, progress=. The result has .ok, .why, .elapsed and .stages. The error of a "+
					"run that failed is a value: it prints as its message, takes .. and the methods of a string, and has "+
					".result; its type is userdata. A writer that SIGPIPE ended because its reader had left has not "+
					"failed. Stages that wait for each other for good, a deadlock, are found within 2 s and named.").
			Gives("weir.Result"),
		library.New(library.GroupFunction, "watch", `watch(t, ... [, opts])`,
			"runs all as run does, with the view of weir top on the terminal, and returns the result",
			`print(watch("seq 9" | "grep 7").ok)`, luaWatch).
			About("", "proc(5)", "q leaves the view, and not the run. What the stages print stands below their rows, "+
				"and is printed when the view leaves; the view has the keys, so that a stage that would read the terminal "+
				"reads nothing. Where there is no terminal it is run as by run, and weir says so once.").
			Gives("weir.Result"),
		library.New(library.GroupFunction, "start", `start(t, ... [, opts])`,
			"starts all as one topology in the background and returns a job",
			`local job = start("sleep 0.1"); print(job:wait().ok)`, luaStart).
			About("", "fork(2), pipe(2), execve(2); CreateProcess",
				"job:wait(), job:kill(), job:result(), job:stages(). Jobs that still run at the end of a script are "+
					"stopped. If a job fails, a channel between it and the script raises its error where it ends; check = "+
					"false leaves that to job:wait(). Beside a terminal a job's standard input is empty, and at the "+
					"prompt what it prints stands above the line being typed: a program that wants the whole screen is "+
					"run, and made a job by Ctrl-Z.").Gives("weir.Job"),
		library.New(library.GroupFunction, "jobs", `jobs()`,
			"the jobs that run, are stopped or have ended unseen, as a table that prints as a list",
			`start("sleep 1"); print(jobs())`, luaJobs).Gives("weir.Jobs"),
		library.New(library.GroupFunction, "fg", `fg([job | number])`,
			"takes a job into the foreground, the last one if none is named: it goes on with the terminal, and its "+
				"result is returned", `start("sleep 0.1"); fg()`, luaForeground).Gives("weir.Result"),
		library.New(library.GroupFunction, "bg", `bg([job | number])`,
			"lets a job that Ctrl-Z has stopped go on in the background", `start("sleep 0.1"); bg()`, luaBackground).
			Gives("weir.Job"),
		library.New(library.GroupFunction, "graph", `graph(t [, "text" | "dot" | "mermaid" | "svg" | "json"])`,
			"prints a drawing of the topology, and starts nothing", `graph("seq 9" | "grep 7")`, luaGraph).
			About("", "dot(1)", "Stages are boxes, channels rounds; a double line is a relay of weir's. On a narrow "+
				"terminal texts are shortened; where that is not enough, a list says who gives to whom."),
	)
}
