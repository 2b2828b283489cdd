package script

import "weir/script/library"

// The methods of weir's values.
func init() {
	topologyMethods = []library.Entry{
		library.New(library.GroupTopology, "text", `t:text([opts])`, "runs it and returns all of its standard output",
			`local date = sh"date":text(); print(#date)`, topologyText).
			About("", "", "The foreground waits for it, as run does; an error where a stage failed.").Gives("string"),
		library.New(library.GroupTopology, "lines", `t:lines([opts])`, "runs it and iterates over its standard output, "+
			"line by line as it comes", `for l in ("seq 9" | "grep 7"):lines() do print(l) end`, topologyLines).
			About("", "", "Leaving the loop early closes the pipe: the stages get SIGPIPE, which is no failure.").
			Gives("fun(): string?"),
		library.New(library.GroupTopology, "named", `t:named(name)`, "a copy with this name, for a stage or a channel",
			`run(cmd("sleep", "1"):named("nap"))`, topologyNamed).Gives("self"),
		library.New(library.GroupTopology, "env", `t:env{NAME = "value"}`,
			"a copy whose stages have these variables; false removes one", `run(sh"env":env{LANG = "C"})`, topologyEnv).
			About("", "environ(7)", "Of two values the inner one counts, as in a shell: (sh\"echo $X\":env{X = \"in\"}):env{X "+
				"= \"out\"} prints in. So do :dir, :timeout, :limit, :restart, :err and :fd: an outer setting is for the stages "+
				"that have none of their own. A thread has weir's own environment.").Gives("self"),
		library.New(library.GroupTopology, "dir", `t:dir(path)`, "a copy whose stages start in this folder",
			`run(sh"pwd":dir"/")`, topologyDir).
			About("", "chdir(2)", `The inner folder counts, and is found from the outer one: sh"pwd":dir"bin":dir"/usr" `+
				`prints /usr/bin. help"env" says how settings nest.`).Gives("self"),
		library.New(library.GroupTopology, "send", `stage:send(msg [, {timeout=}])`, "sends a message to a Lua stage's own "+
			"mailbox; it receives it with self():receive()", `local s = proc(function() print(self():receive()) end); `+
			`s:send("hello"); run(s)`, stageSend).Gives("true?, string?"),
		library.New(library.GroupTopology, "restart", `t:restart{on="failure" | "always", max=, within=, backoff=}`,
			"a copy whose stages are started again when they fail; their channels stay open meanwhile",
			`run("seq 3" | cmd("sh", "-c", "test -e once || { touch once; exit 1; }; cat"):restart{max = 2})`, topologyRestart).
			About("", "", "within= is the time in which max counts, backoff= the pause before it starts again. help\"env\" "+
				"says how settings nest.").Gives("self"),
		library.New(library.GroupTopology, "limit", `t:limit{cpu=, memory=, files=}`, "a copy whose stages may use no "+
			"more, setrlimit(2)", `run("ls /" | sh"sort":limit{memory = "1G"} | "uniq")`, topologyLimit).
			About("", "setrlimit(2); SetInformationJobObject", `cpu is seconds of processor time, memory a size such as "1G", `+
				`files how many descriptors. help"env" says how settings nest.`).Gives("self"),
		library.New(library.GroupTopology, "ready", `stage:ready(fd | pattern)`, "a copy whose readers are started only "+
			"when it has written a line to this descriptor, or a line of its output matches the pattern",
			`run(cmd("sh", "-c", "echo >&3; echo hello"):ready(3) | "cat")`, topologyReady).
			About("", "", "As s6 has it: a line on a descriptor says that a server is up.").Gives("self"),
		library.New(library.GroupTopology, "err", `t:err(x)`, "a copy whose stderr goes to a stage or channel, or with the "+
			"value out to where its stdout goes", `run(sh"ls /nowhere":err(out) | "wc -l", {check = false})`, topologyErr).
			About("", "dup2(2)", `help"env" says how settings nest.`).Gives("self"),
		library.New(library.GroupTopology, "fd", `t:fd(n, x [, "r" | "w"])`, "a copy whose descriptor n leads to a stage "+
			"or channel", `run(cmd("sh", "-c", "echo hello >&3"):fd(3, "cat -n"))`, topologyFD).
			About("", "dup2(2)", "").Gives("self"),
		library.New(library.GroupTopology, "spill", `t:spill([limit])`, "takes all that t writes, and keeps on disk what "+
			"its reader has not read yet", `run(sh"seq 9":spill() | "sort")`, topologySpill).
			About("", "", "What does not fit lies in a file without a name. It is what helps where a pipe that is full would "+
				"be a deadlock.").Gives("weir.Topology"),
		library.New(library.GroupTopology, "timeout", `t:timeout("5s")`, "a copy each of whose stages is stopped after "+
			"this time", `run(sh"sleep 9":timeout"1s", {check = false})`, topologyTimeout).
			About("", "signal(7); TerminateProcess", `help"env" says how settings nest. A server is a stage, too: listen(a, `+
				`t):timeout"1m" ends it, listen(a, t:timeout"1m") each connection's.`).Gives("self"),
	}
	peerMethods = []library.Entry{
		library.New(library.GroupPeer, "send", `peer:send(msg [, {timeout=}]) or self():send(other, msg [, {timeout=}])`,
			"sends a message to a stage, with the sender known: direct message passing", `local s = proc(function() `+
				`print(self():receive()) end); local j = start(s); s:send("hello"); j:wait()`, peerSend).Gives("true?, string?"),
		library.New(library.GroupPeer, "receive", `self():receive([{timeout=}])`, "the next message sent to this stage, "+
			"and its sender, who can be sent to", `print(self():receive{timeout = 0})`, selfReceive).Gives("any, weir.Peer"),
		library.New(library.GroupPeer, "messages", `self():messages([{timeout=}])`,
			"iterates over messages and their senders", `self():send(self(), "hello"); for m, from in self():messages{timeout `+
				`= 0} do print(m, from.name) end`, selfMessages).Gives("fun(): any, weir.Peer"),
	}
	channelMethods = []library.Entry{
		library.New(library.GroupChannel, "write", `p:write(s, ...)`, "writes into the channel from the script itself",
			`local p = pipe(); local j = start(p | "cat"); p:write("x\n"); p:close(); j:wait()`, channelWrite).
			About("", "write(2); WriteFile", "").Gives("true"),
		library.New(library.GroupChannel, "read", `p:read([format, ...])`, "reads from the channel as io.read does",
			`local p = pipe(); local j = start("seq 3" | p); print(p:read("*n")); j:wait()`, channelRead).
			About("", "read(2); ReadFile", "If the job that writes the channel fails or is stopped, its end raises the job's "+
				"error; start(t, {check = false}) leaves that to job:wait().").Gives("any ..."),
		library.New(library.GroupChannel, "lines", `p:lines()`, "iterates over the lines that come through the channel",
			`local p = pipe(); local j = start("seq 3" | p); for l in p:lines() do print(l) end; j:wait()`, channelLines).
			About("", "read(2); ReadFile", "").Gives("fun(): string?"),
		library.New(library.GroupChannel, "send", `p:send(msg [, {timeout=}])`, "writes a message and its end, a newline "+
			"unless frame= says otherwise", `local p = pipe(); local j = start(p | "cat"); p:send("hello"); p:close(); j:wait()`,
			channelSend).Gives("true?, string?"),
		library.New(library.GroupChannel, "receive", `p:receive([{timeout=}])`, "the next message: a line unless frame= "+
			"says otherwise; nil and \"timeout\", \"would block\" or \"closed\"", `local p = pipe(); local j = start("seq 3" `+
			`| p); print(p:receive{timeout = 1}); j:wait()`, channelReceive).Gives("any, string?"),
		library.New(library.GroupChannel, "messages", `p:messages([{timeout=}])`, "iterates over the messages until the "+
			"end of the file", `local p = pipe(); local j = start("seq 3" | p); for m in p:messages() do print(m) end; j:wait()`,
			channelMessages).Gives("fun(): any"),
		library.New(library.GroupChannel, "stat", `p:stat()`, "a table: kind, and what is known of its path, capacity and "+
			"bytes", `print(file"/etc/hosts":stat().bytes)`, channelStat).
			About("", "fstat(2), fcntl(2)", "").Gives("table<string, any>"),
		library.New(library.GroupChannel, "peek", `p:peek([n])`, "the first n bytes that are in the channel, 512 unless "+
			"said, which stay there; nil and why not", `local p = pipe(); local j = start("seq 3" | p); p:lines()(); `+
			`print(p:peek()); p:read("*a"); j:wait()`, channelPeek).
			About("", "tee(2); recv(2), MSG_PEEK; PeekNamedPipe", "A pipe or FIFO between two stages of a job shows what its "+
				"reader has not read yet. A file does not: reading takes nothing from it.").Gives("string?, string?"),
		library.New(library.GroupChannel, "flush", `p:flush()`, "hands on what was written so far",
			`local p = pipe(); local j = start(p | "cat"); p:write("x\n"); p:flush(); p:close(); j:wait()`, channelFlush),
		library.New(library.GroupChannel, "close", `p:close()`, "closes the script's own end: readers see the end of file",
			`local p = pipe(); local j = start(p | "wc -l"); p:close(); j:wait()`, channelClose).
			About("", "close(2); CloseHandle", ""),
		library.New(library.GroupChannel, "named", `p:named(name)`, "a copy with this name, by which drawings and messages "+
			"call the channel", `graph("seq 3" | pipe():named("numbers") | "cat")`, topologyNamed).Gives("self"),
	}
	messageMethods = []library.Entry{
		library.New(library.GroupMessages, "send", `q:send(msg [, {timeout=, priority=, to=}])`,
			"sends a message, and waits while there is no room; nil and \"timeout\", or \"would block\" with timeout = 0",
			`local q = queue(); q:send("hello", {priority = 3}); print(q:receive())`, messageSend).
			About("", "mq_send(3), send(2), sendto(2); WriteFile", "A server at unixgram: or udp: sends to= whom it has "+
				"received from: m, from = s:receive().").Gives("true?, string?"),
		library.New(library.GroupMessages, "receive", `q:receive([{timeout=}])`, "the next message, of a queue its "+
			"priority, of a datagram its sender; nil and \"timeout\", \"would block\", or \"closed\" once the last "+
			"writer has left",
			`local r = ring(); print(r:receive{timeout = 0})`, messageReceive).
			About("", "mq_receive(3), recv(2); ReadFile", `timeout = 0 never blocks. Programs can join a channel that has a `+
				`name: who has sent to it is no writer that has left, and waits for them. A private channel that nobody else has `+
				`is "closed" at once unless timeout= says how long to wait.`).Gives("any, integer|string?"),
		library.New(library.GroupMessages, "messages", `q:messages([{timeout=}])`, "iterates over the messages until the "+
			"last writer has left", `local r = ring(); r:send_all{"a", "b"}; for m in r:messages{timeout = 0} do print(m) end`,
			messageMessages).Gives("fun(): any"),
		library.New(library.GroupMessages, "send_all", `q:send_all(list [, {timeout=}])`, "sends all messages of a list, "+
			"and returns how many were sent", `print(ring():send_all{"a", "b"})`, messageSendAll).Gives("integer, string?"),
		library.New(library.GroupMessages, "receive_all", `q:receive_all(n [, {timeout=}])`, "waits for one message and "+
			"returns a list of up to n that are there", `local r = ring(); r:send_all{"a", "b"}; print(#r:receive_all(10))`,
			messageReceiveAll).Gives("any[]?, string?"),
		library.New(library.GroupMessages, "stat", `q:stat()`, "a table: messages, capacity, size, next, received, skipped",
			`print(queue():stat().capacity)`, messageStat).
			About("", "mq_getattr(3); GetMailslotInfo", "").Gives("table<string, any>"),
		library.New(library.GroupMessages, "peek", `q:peek([n])`, "a list of the next n messages, 10 unless said, which "+
			"stay there; nil and why not", `local r = ring(); r:send_all{"a", "b"}; print(#r:peek())`, messagePeek).
			About("", "recv(2), MSG_PEEK", "A ring and a mailbox show all that they hold, a mailslot and a socket the next "+
				"message. A POSIX message queue shows a message only to who takes it.").Gives("any[]?, string?"),
		library.New(library.GroupMessages, "close", `q:close()`, "ends the script's own hold; it sends and receives no more",
			`ring():close()`, messageClose).
			About("", "close(2); CloseHandle", ""),
		library.New(library.GroupMessages, "named", `q:named(name)`, "a copy with this name, by which drawings and "+
			"messages call the channel", `graph("seq 3" | ring():named("numbers") | "cat")`, topologyNamed).Gives("self"),
	}
	jobMethods = []library.Entry{
		library.New(library.GroupJob, "wait", `job:wait([timeout | {timeout=, check=}])`, "waits for the end and returns "+
			"the result, or nil and \"timeout\"; an error where a stage failed",
			`print(start("sleep 0.1"):wait().elapsed)`, jobWait).
			About("", "wait4(2); WaitForSingleObject", "").Gives("weir.Result, string?"),
		library.New(library.GroupJob, "send", `job:send([stage,] msg [, {timeout=}])`, "sends a message to the stage's own "+
			"mailbox; its name is needed where several have one", `local j = start(function() print(self():receive()) end); `+
			`j:send("hello"); j:wait()`, jobSend).Gives("true?, string?"),
		library.New(library.GroupJob, "kill", `job:kill([signal [, stage]])`, "sends a signal, \"TERM\" if none is named, "+
			"to all stages or to one",
			`local job = start("sleep 9"); job:kill("INT"); print(job:wait{check = false}.stages[1].signal)`, jobKill).
			About("", "kill(2), signal(7); TerminateProcess",
				"Each stage has a process group of its own, and its children get the signal, too."),
		library.New(library.GroupJob, "result", `job:result()`, "the result, or nil while it runs",
			`local job = start("sleep 9"); print(job:result()); job:kill()`, jobResult).Gives("weir.Result?"),
		library.New(library.GroupJob, "stages", `job:stages()`, "the stages that run now: .name, .pid, .state, .on (what "+
			"it waits for), .cpu (seconds), .memory (bytes)", `local job = start("sleep 9"); for _, s in ipairs(job:stages()) `+
			`do print(s.pid, s.name, s.state) end; job:kill()`, jobStages).
			About("", "ps(1)", "").
			Gives("{name: string, pid: integer, state: string, on: string?, cpu: number, memory: integer}[]"),
		library.New(library.GroupJob, "frame", `job:frame()`, "what weir top shows of it now: .stages, .channels, .locks, "+
			".regions, .meters and .verdict, the stage that holds the others up",
			`local job = start("yes" | "wc -l"); print(job:frame().verdict.sentence); job:kill()`, jobFrame).
			About("", "",
				"It waits a tenth of a second at most, for the next frame. Shares and rates are of the second before.").
			Gives("table"),
		library.New(library.GroupJob, "stat", `job:stat(channel)`, "what a channel of it holds now: .fill, .cap, .unit, "+
			".rate, and the shares of time in which it was .full and .empty; what a meter of it has counted: .bytes",
			`local job = start("yes" | "sleep 9"); print(job:stat("pipe1").cap); job:kill()`, jobStat).
			About("", "fcntl(2), F_GETPIPE_SZ; ioctl(2), FIONREAD",
				"The names are those that weir graph and weir explain show.").Gives("table"),
		library.New(library.GroupJob, "peek", `job:peek(channel [, n])`, "the first n bytes that a channel of it holds, or "+
			"a list of the next n messages as they are; they stay there; nil and why not",
			`local job = start("yes" | "sleep 9"); print(job:peek("pipe1", 2)); job:kill()`, jobPeek).
			About("", "tee(2)", "The names are those that weir graph and weir explain show.").Gives("string|table?, string?"),
	}
	for of, list := range map[string][]library.Entry{
		"topology": topologyMethods, "channel": channelMethods, "channel of messages": messageMethods, "peer": peerMethods,
		"job": jobMethods,
	} {
		for i := range list {
			list[i].Of = of
		}
	}
}
