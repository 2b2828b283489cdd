package script

import (
	"slices"

	lua "github.com/yuin/gopher-lua"

	"weir/script/syntax"
)

// Group says what an Entry belongs to.
type Group string

// The groups of the library.
const (
	GroupFunction Group = "function" // a global
	GroupTopology Group = "topology" // a method of any topology
	GroupChannel  Group = "channel"  // a method of a pipe, FIFO or file besides
	GroupMessages Group = "messages" // a method of a channel of messages
	GroupParty    Group = "party"    // a method of self(), of a stage and of a sender
	GroupRegion   Group = "shm"      // a method of a region
	GroupLock     Group = "lock"     // a method of a semaphore, mutex, condition, barrier or event
	GroupJob      Group = "job"      // a method of what start returns
	GroupOption   Group = "option"   // of run, start, :text and :lines
	GroupResult   Group = "result"   // a field of what run returns
	GroupStage    Group = "stage"    // a field of each of a result's stages
	GroupLua      Group = "lua"      // of a library such as Lua's own, named with its table: "json.encode"
)

// Entry is one thing that the library has. Help, completion and the check for
// misspelt names read the same table that fills the Lua state.
type Entry struct {
	Group     Group
	Name      string
	Signature string
	Summary   string // one line
	Example   string // a line of Lua

	call func(*VM, *lua.LState) int
}

// Library gives all entries, those of one group next to each other.
func Library() []Entry {
	entries := append([]Entry(nil), functions...)
	entries = append(entries, laterLibrary()...)
	for _, group := range [][]Entry{topologyMethods, channelMethods, messageMethods, partyMethods, regionMethods,
		semaphoreMethods, mutexMethods, conditionMethods, barrierMethods, eventMethods, jobMethods, documented} {
		entries = append(entries, group...)
	}
	return entries
}

func entryNamed(name string) (Entry, bool) {
	for _, e := range functions {
		if e.Name == name {
			return e, true
		}
	}
	return Entry{}, false
}

// The library: filled at the start and not in the declaration, because its
// functions look names up in it.
var (
	functions, topologyMethods, channelMethods, messageMethods, partyMethods, regionMethods, jobMethods []Entry
	semaphoreMethods, mutexMethods, conditionMethods, barrierMethods, eventMethods                      []Entry
)

func init() {
	functions = []Entry{
		{GroupFunction, "cmd", `cmd(name, arg, ...) or cmd{name, arg, ..., env={}, dir=, name=}`, "one process of the system, no shell, arguments exact", `run(cmd("ls", "-l"))`, (*VM).luaCmd},
		{GroupFunction, "sh", `sh"line"`, "one line of shell words, each of its commands a stage; a bare string beside | is the same", `run(sh"grep -c weir < README.md")`, (*VM).luaSh},
		{GroupFunction, "proc", `proc(fn, ...)`, "the Lua function in a process of its own; a bare function beside | is the same", `run("seq 3" | proc(function() for l in io.lines() do print(l * 2) end end))`, (*VM).luaProc},
		{GroupFunction, "thread", `thread(fn, ...)`, "the Lua function on a thread of weir's own process, in a state of its own", `run("seq 3" | thread(function() print(#io.read("*a")) end))`, (*VM).luaThread},
		{GroupFunction, "text", `text"..."`, "a source that holds this text", `run(text"b\na\n" | "sort")`, (*VM).luaText},
		{GroupFunction, "file", `file(path [, "r" | "w" | "a"])`, "a file as source or sink", `run(file"/etc/hosts" | "sort" | file("sorted", "w"))`, (*VM).luaFile},
		{GroupFunction, "pipe", `pipe{capacity=, spill=, meter=}`, "an anonymous pipe that several chains share, or that the script itself writes or reads; with spill it takes all that comes, and keeps it on disk", `local p = pipe{capacity = "64K"}`, (*VM).luaPipe},
		{GroupFunction, "fifo", `fifo(path [, {create=, mode=}])`, "a named pipe that programs outside weir can join; made if it is not there, and then removed at the end", `run("seq 3" | fifo"/tmp/numbers")`, (*VM).luaFIFO},
		{GroupFunction, "grep", `grep(pattern)`, "a filter that keeps the lines in which a Lua pattern matches; neighbouring filters share one process", `run("seq 20" | grep("^1.$") | count())`, (*VM).luaGrep},
		{GroupFunction, "reject", `reject(pattern)`, "a filter that leaves out the lines in which a Lua pattern matches", `run("seq 20" | reject("1"))`, (*VM).luaReject},
		{GroupFunction, "gsub", `gsub(pattern, replacement)`, "a filter that replaces each match in each line, as string.gsub does: by a string, from a table or by a function", `run("seq 9" | gsub("%d", "<%0>"))`, (*VM).luaGsub},
		{GroupFunction, "each", `each(fn)`, "a filter that calls a function for each line; what it returns are the lines that come of it, nil or false is none", `run("seq 3" | each(function(l) return l * 2 end))`, (*VM).luaEach},
		{GroupFunction, "fields", `fields(n, ... [, {sep=}])`, "a filter that keeps fields of each line, in this order, as awk finds them: between blanks, or between sep; -1 is the last", `run("ls -l /" | fields(-1, 5))`, (*VM).luaFields},
		{GroupFunction, "upper", `upper()`, "a filter that makes a to z A to Z", `run("ls /" | upper())`, (*VM).luaUpper},
		{GroupFunction, "lower", `lower()`, "a filter that makes A to Z a to z", `run(text"HELLO\n" | lower())`, (*VM).luaLower},
		{GroupFunction, "head", `head([n])`, "a filter that passes the first n lines on, 10 unless told otherwise", `run("seq 99" | head(3))`, (*VM).luaHead},
		{GroupFunction, "tail", `tail([n])`, "a filter that passes the last n lines on, 10 unless told otherwise", `run("seq 99" | tail(3))`, (*VM).luaTail},
		{GroupFunction, "sort", `sort([{memory=}])`, "a filter that puts the lines in order by the values of their bytes; what is more than memory is kept on disk", `run("ls -a /" | sort())`, (*VM).luaSort},
		{GroupFunction, "uniq", `uniq()`, "a filter that leaves out a line that is the same as the one before it", `run(text"a\na\nb\n" | uniq())`, (*VM).luaUniq},
		{GroupFunction, "freq", `freq()`, "a filter that counts how often each line comes: sort | uniq -c in one", `run("ls -l /" | fields(3) | freq())`, (*VM).luaFreq},
		{GroupFunction, "count", `count()`, "a filter that counts lines", `run("seq 99" | count())`, (*VM).luaCount},
		{GroupFunction, "sum", `sum([pattern])`, "a filter that adds up the first capture of a Lua pattern in each line that has it, or whole lines", `run(text"took=12ms\ntook=30ms\n" | sum("took=(%d+)ms"))`, (*VM).luaSum},
		{GroupFunction, "tee", `tee(a, b, ... [, {spill=}])`, "a copy of the input for each; whoever leaves does not starve the others; their outputs merge, whole lines", `run("seq 9" | tee("wc -l", "tail -1"))`, luaGroup("tee", splitTee, gatherMerge, true)},
		{GroupFunction, "deal", `deal(a, b, ... [, {frame=, spill=}])`, "each line of the input to one that is free; t * n deals to n replicas", `run("seq 9" | deal("cat", "cat"))`, luaGroup("deal", splitDeal, gatherMerge, true)},
		{GroupFunction, "shard", `shard(keyfn, a, b, ... [, {frame=, spill=}])`, "each line by its key, equal keys to the same stage; a whole number k is the place k itself, any other key is hashed", `run("seq 9" | shard(function(l) return l % 2 end, "wc -l", "wc -l"))`, (*VM).luaShard},
		{GroupFunction, "merge", `merge(a, b, ... [, {frame=}])`, "whole lines of all of them, as they come", `run(merge("seq 3", "seq 7 9") | "sort -r")`, luaGroup("merge", splitTee, gatherMerge, false)},
		{GroupFunction, "concat", `concat(a, b, ...)`, "all of the first one's output, then the next one's, bytes as they are", `run(concat("seq 3", "seq 7 9") | "cat -n")`, luaGroup("concat", splitTee, gatherConcat, false)},
		{GroupFunction, "ordered", `ordered(t)`, "what replicas or a deal give, in the order of the input: one line out for each that goes in", `run("seq 9" | ordered(sh"sed s/^/x/" * 3))`, (*VM).luaOrdered},
		{GroupFunction, "loop", `loop(t [, {seed=, tap=}])`, "t's output comes back to its input; seed goes in first, tap gets a copy of what goes round; it ends when a stage ends", `run(loop(function() for l in io.lines() do print(l - 1) io.flush() if l == "2" then break end end end, {seed = "9\n", tap = "cat"}))`, (*VM).luaLoop},
		{GroupFunction, "into", `into(t)`, "as an argument of cmd: the program writes there what t reads", `run("seq 9" | cmd("tee", into(sh"wc -l")) | "tail -1")`, (*VM).luaInto},
		{GroupFunction, "meter", `meter([name])`, "counts the bytes that go through this place of a chain, exactly: result.meters has them", `print(run("seq 9" | meter() | "sort").meters.meter.bytes)`, (*VM).luaMeter},
		{GroupFunction, "ring", `ring([name,] {slots=, size=, codec=, keep=})`, "a bounded buffer in shared memory: slots messages of up to size bytes; slots = 0 is a rendezvous", `run("seq 10" | ring{slots = 4} | "cat")`, (*VM).luaRing},
		{GroupFunction, "queue", `queue([name,] {max=, size=, codec=, keep=})`, "a POSIX message queue, mq_open(3): other programs join it by its name", `local q = queue("/jobs", {max = 10, size = 512}); q:send("hello")`, (*VM).luaQueue},
		{GroupFunction, "mailslot", `mailslot([name,] {size=, codec=, client=, timeout=})`, "a mailslot as on Windows: one server reads, many clients write; an emulation here", `local m = mailslot"jobs"; m:send("hello"); print(m:receive())`, (*VM).luaMailslot},
		{GroupFunction, "mailbox", `mailbox([name,] {slots=, size=, keep=})`, "a mailbox: messages of any value that JSON knows, received with their sender; indirect message passing", `local m = mailbox"/post"; m:send{1, 2}; print(m:receive())`, (*VM).luaMailbox},
		{GroupFunction, "self", `self()`, "this stage, or the script: receives what was sent to it, and sends with its name", `run(proc(function() print(self().name) end))`, (*VM).luaSelf},
		{GroupFunction, "socket", `socket("unix:path" | "tcp:host:port" | "udp:host:port" | "unixgram:path" | "unixpacket:path" [, {listen=, codec=}])`, "a socket, the client's end, or with listen = true the server's; on 127.0.0.1 unless told otherwise", `local s = socket("tcp:0", {listen = true}); print(s)`, (*VM).luaSocket},
		{GroupFunction, "listen", `listen(address, stage [, {count=}])`, "a stage that runs one of the given kind for each connection, whose stdin and stdout are the connection", `local job = start(listen("unix:/tmp/echo", "cat")); job:kill()`, (*VM).luaListen},
		{GroupFunction, "shm", `shm([name,] {size=} or {layout=, keep=})`, "a region of shared memory, shm_open(3); with a layout its fields are those of the C declaration", `local m = shm("/counter", {layout = "int counter;"}); m.counter = m.counter + 1`, (*VM).luaShm},
		{GroupFunction, "semaphore", `semaphore([name,] n [, {keep=}]) or semaphore(name)`, "a POSIX semaphore, sem_open(3): a C program joins it by its name; without n it must be there", `local s = semaphore("/slots", 4); s:wait(); s:post()`, (*VM).luaSemaphore},
		{GroupFunction, "mutex", `mutex([name] [, {keep=}])`, "a lock that processes and threads share; a holder that dies gives the next taker the word \"abandoned\"", `local m = mutex(); m:lock(); m:unlock()`, (*VM).luaMutex},
		{GroupFunction, "condition", `condition([name] [, {keep=}])`, "where parties wait for a change of what a mutex protects", `local c, m = condition(), mutex(); m:lock(); c:wait(m, {timeout = 0.1}); m:unlock()`, (*VM).luaCondition},
		{GroupFunction, "barrier", `barrier([name,] n [, {keep=}])`, "holds parties back until n of them are there", `local b = barrier(1); print(b:wait())`, (*VM).luaBarrier},
		{GroupFunction, "event", `event([name] [, {auto=, keep=}])`, "is set or not, as CreateEvent has it; auto lets one party through for each set", `local e = event(); e:set(); print(e:wait())`, (*VM).luaEvent},
		{GroupFunction, "run", `run(t, ... [, opts])`, "runs all as one topology, waits, returns the result; an error where a stage failed", `run("seq 9" | "grep 7")`, (*VM).luaRun},
		{GroupFunction, "start", `start(t, ... [, opts])`, "starts all as one topology in the background and returns a job", `local job = start("sleep 1")`, (*VM).luaStart},
		{GroupFunction, "jobs", `jobs()`, "the jobs that run, are stopped or have ended unseen, as a table that prints as a list", `start("sleep 1"); print(jobs())`, (*VM).luaJobs},
		{GroupFunction, "fg", `fg([job | number])`, "takes a job into the foreground, the last one if none is named: it goes on with the terminal, and its result is returned", `start("sleep 0.1"); fg()`, (*VM).luaForeground},
		{GroupFunction, "bg", `bg([job | number])`, "lets a job that Ctrl-Z has stopped go on in the background", `start("sleep 0.1"); bg()`, (*VM).luaBackground},
		{GroupFunction, "graph", `graph(t [, "text" | "dot" | "mermaid" | "svg" | "json"])`, "prints a drawing of the topology, and starts nothing", `graph("seq 9" | "grep 7")`, (*VM).luaGraph},
	}
	topologyMethods = []Entry{
		{GroupTopology, "text", `t:text([opts])`, "runs it and returns all of its standard output", `local date = sh"date":text()`, (*VM).topologyText},
		{GroupTopology, "lines", `t:lines([opts])`, "runs it and iterates over its standard output, line by line as it comes", `for l in ("seq 9" | "grep 7"):lines() do print(l) end`, (*VM).topologyLines},
		{GroupTopology, "named", `t:named(name)`, "a copy with this name, for a stage or a channel", `run(cmd("sleep", "1"):named("nap"))`, (*VM).topologyNamed},
		{GroupTopology, "env", `t:env{NAME = "value"}`, "a copy whose stages have these variables; false removes one", `run(sh"env":env{LANG = "C"})`, (*VM).topologyEnv},
		{GroupTopology, "dir", `t:dir(path)`, "a copy whose stages start in this folder", `run(sh"ls":dir"/tmp")`, (*VM).topologyDir},
		{GroupTopology, "send", `stage:send(msg [, {timeout=}])`, "sends a message to a Lua stage's own mailbox; it receives it with self():receive()", `local s = proc(function() print(self():receive()) end); s:send("hello"); run(s)`, (*VM).stageSend},
		{GroupTopology, "restart", `t:restart{on="failure" | "always", max=, within=, backoff=}`, "a copy whose stages are started again when they fail; their channels stay open meanwhile", `run("seq 3" | cmd("sh", "-c", "test -e /tmp/once || { touch /tmp/once; exit 1; }; cat"):restart{max = 2})`, (*VM).topologyRestart},
		{GroupTopology, "limit", `t:limit{cpu=, memory=, files=}`, "a copy whose stages may use no more, setrlimit(2)", `run(sh"sort":limit{memory = "1G"} | "uniq")`, (*VM).topologyLimit},
		{GroupTopology, "ready", `stage:ready(fd | pattern)`, "a copy whose readers are started only when it has written a line to this descriptor, or a line of its output matches the pattern", `run(cmd("sh", "-c", "echo >&3; echo hello"):ready(3) | "cat")`, (*VM).topologyReady},
		{GroupTopology, "err", `t:err(x)`, "a copy whose stderr goes to a stage or channel, or with the value out to where its stdout goes", `run(sh"ls /nowhere":err(out) | "wc -l", {check = false})`, (*VM).topologyErr},
		{GroupTopology, "fd", `t:fd(n, x [, "r" | "w"])`, "a copy whose descriptor n leads to a stage or channel", `run(cmd("sh", "-c", "echo hello >&3"):fd(3, "cat -n"))`, (*VM).topologyFD},
		{GroupTopology, "spill", `t:spill([limit])`, "takes all that t writes, and keeps on disk what its reader has not read yet", `run(sh"seq 9":spill() | "sort")`, (*VM).topologySpill},
		{GroupTopology, "timeout", `t:timeout("5s")`, "a copy each of whose stages is stopped after this time", `run(sh"sleep 9":timeout"1s", {check = false})`, (*VM).topologyTimeout},
	}
	partyMethods = []Entry{
		{GroupParty, "send", `party:send(msg [, {timeout=}]) or self():send(other, msg [, {timeout=}])`, "sends a message to a stage, with the sender known: direct message passing", `local s = proc(function() print(self():receive()) end); local j = start(s); s:send("hello"); j:wait()`, (*VM).partySend},
		{GroupParty, "receive", `self():receive([{timeout=}])`, "the next message sent to this stage, and its sender, who can be sent to", `print(self():receive{timeout = 0})`, (*VM).selfReceive},
		{GroupParty, "messages", `self():messages([{timeout=}])`, "iterates over messages and their senders", `for m, from in self():messages{timeout = 0} do print(m, from.name) end`, (*VM).selfMessages},
	}
	channelMethods = []Entry{
		{GroupChannel, "write", `p:write(s, ...)`, "writes into the channel from the script itself", `local p = pipe(); local j = start(p | "cat"); p:write("x\n")`, (*VM).channelWrite},
		{GroupChannel, "read", `p:read([format, ...])`, "reads from the channel as io.read does", `local p = pipe(); start("seq 3" | p); print(p:read("*n"))`, (*VM).channelRead},
		{GroupChannel, "lines", `p:lines()`, "iterates over the lines that come through the channel", `local p = pipe(); start("seq 3" | p); for l in p:lines() do print(l) end`, (*VM).channelLines},
		{GroupChannel, "send", `p:send(msg [, {timeout=}])`, "writes a message and its end, a newline unless frame= says otherwise", `local p = pipe(); start(p | "cat"); p:send("hello")`, (*VM).channelSend},
		{GroupChannel, "receive", `p:receive([{timeout=}])`, "the next message: a line unless frame= says otherwise; nil and \"timeout\", \"would block\" or \"closed\"", `local p = pipe(); start("seq 3" | p); print(p:receive{timeout = 1})`, (*VM).channelReceive},
		{GroupChannel, "messages", `p:messages([{timeout=}])`, "iterates over the messages until the end of the file", `local p = pipe(); start("seq 3" | p); for m in p:messages() do print(m) end`, (*VM).channelMessages},
		{GroupChannel, "stat", `p:stat()`, "a table: kind, and what is known of its path, capacity and bytes", `print(file"/etc/hosts":stat().bytes)`, (*VM).channelStat},
		{GroupChannel, "flush", `p:flush()`, "hands on what was written so far", `p:flush()`, (*VM).channelFlush},
		{GroupChannel, "close", `p:close()`, "closes the script's own end: readers see the end of file", `p:close()`, (*VM).channelClose},
	}
	messageMethods = []Entry{
		{GroupMessages, "send", `q:send(msg [, {timeout=, priority=}])`, "sends a message, and waits while there is no room; nil and \"timeout\", or \"would block\" with timeout = 0", `local q = queue(); q:send("hello", {priority = 3}); print(q:receive())`, (*VM).messageSend},
		{GroupMessages, "receive", `q:receive([{timeout=}])`, "the next message, and a queue's priority; nil and \"timeout\", \"would block\", or \"closed\" once the last writer has left", `local r = ring(); print(r:receive{timeout = 0})`, (*VM).messageReceive},
		{GroupMessages, "messages", `q:messages([{timeout=}])`, "iterates over the messages until the last writer has left", `for m in queue"/jobs":messages() do print(m) end`, (*VM).messageMessages},
		{GroupMessages, "send_all", `q:send_all(list [, {timeout=}])`, "sends all messages of a list, and returns how many were sent", `print(ring():send_all{"a", "b"})`, (*VM).messageSendAll},
		{GroupMessages, "receive_all", `q:receive_all(n [, {timeout=}])`, "waits for one message and returns a list of up to n that are there", `local r = ring(); r:send_all{"a", "b"}; print(#r:receive_all(10))`, (*VM).messageReceiveAll},
		{GroupMessages, "stat", `q:stat()`, "a table: messages, capacity, size, next, skipped", `print(queue():stat().capacity)`, (*VM).messageStat},
		{GroupMessages, "close", `q:close()`, "ends the script's own hold; it sends and receives no more", `ring():close()`, (*VM).messageClose},
	}
	unlink := func(g Group, x string) Entry {
		return Entry{g, "unlink", x + `:unlink()`, "removes the name; whoever has it open keeps it", `shm("/x", {size = 64}):unlink()`, (*VM).objectUnlink}
	}
	shut := func(g Group, x string) Entry {
		return Entry{g, "close", x + `:close()`, "ends the script's own hold", `mutex():close()`, (*VM).objectClose}
	}
	semaphoreMethods = []Entry{
		{GroupLock, "wait", `s:wait([{timeout=}])`, "takes one, and waits until there is one: true, or nil and \"timeout\" or \"would block\"", `print(semaphore(0):wait{timeout = 0})`, (*VM).semaphoreWait},
		{GroupLock, "post", `s:post()`, "gives one back, sem_post(3)", `semaphore(0):post()`, (*VM).semaphorePost},
		{GroupLock, "value", `s:value()`, "how many there are now, sem_getvalue(3)", `print(semaphore(3):value())`, (*VM).semaphoreValue},
		{GroupLock, "init", `s:init(n)`, "sem_init(3), for a sem_t in a region before anybody uses it", `shm{layout = "sem_t free;"}.free:init(4)`, (*VM).semaphoreInit},
		shut(GroupLock, "s"), unlink(GroupLock, "s"),
	}
	mutexMethods = []Entry{
		{GroupLock, "lock", `m:lock([{timeout=}])`, "takes the mutex: true, with \"abandoned\" where its last holder died; or nil and \"timeout\" or \"would block\"", `print(mutex():lock())`, (*VM).mutexLock},
		{GroupLock, "unlock", `m:unlock()`, "frees the mutex, which this party holds", `local m = mutex(); m:lock(); m:unlock()`, (*VM).mutexUnlock},
		shut(GroupLock, "m"), unlink(GroupLock, "m"),
	}
	conditionMethods = []Entry{
		{GroupLock, "wait", `c:wait(m [, {timeout=}])`, "frees the mutex m, waits for a signal, and takes m again; look at what you wait for in a loop", `local c, m = condition(), mutex(); m:lock(); print(c:wait(m, {timeout = 0.1}))`, (*VM).conditionWait},
		{GroupLock, "signal", `c:signal()`, "wakes one that waits", `condition():signal()`, (*VM).conditionSignal},
		{GroupLock, "broadcast", `c:broadcast()`, "wakes all that wait", `condition():broadcast()`, (*VM).conditionBroadcast},
		shut(GroupLock, "c"), unlink(GroupLock, "c"),
	}
	barrierMethods = []Entry{
		{GroupLock, "wait", `b:wait([{timeout=}])`, "waits for the other parties: true, with \"last\" for one of them; \"abandoned\" where one died waiting", `print(barrier(1):wait())`, (*VM).barrierWait},
		shut(GroupLock, "b"), unlink(GroupLock, "b"),
	}
	eventMethods = []Entry{
		{GroupLock, "wait", `e:wait([{timeout=}])`, "waits until the event is set", `print(event():wait{timeout = 0})`, (*VM).eventWait},
		{GroupLock, "set", `e:set()`, "sets the event, SetEvent", `event():set()`, (*VM).eventSet},
		{GroupLock, "reset", `e:reset()`, "resets the event, ResetEvent", `event():reset()`, (*VM).eventReset},
		shut(GroupLock, "e"), unlink(GroupLock, "e"),
	}
	regionMethods = []Entry{
		{GroupRegion, "add", `m:add(field, n)`, "adds atomically and returns what was there before", `local m = shm{layout = "int n;"}; m:add("n", 1)`, (*VM).regionAdd},
		{GroupRegion, "cas", `m:cas(field, old, new)`, "stores new where old was, atomically, and tells whether it did", `local m = shm{layout = "int n;"}; print(m:cas("n", 0, 1))`, (*VM).regionCAS},
		{GroupRegion, "load", `m:load(field)`, "loads atomically", `print(shm{layout = "int n;"}:load("n"))`, (*VM).regionLoad},
		{GroupRegion, "store", `m:store(field, value)`, "stores atomically; 64-bit integers may be int64, uint64 or decimal strings", `shm{layout = "uint64_t n;"}:store("n", "18446744073709551615")`, (*VM).regionStore},
		{GroupRegion, "exchange", `m:exchange(field, value)`, "stores atomically and returns what was there before", `print(shm{layout = "int n;"}:exchange("n", 7))`, (*VM).regionExchange},
		{GroupRegion, "decimal", `m:decimal(field)`, "an integer in decimal, exact whatever its size", `print(shm{layout = "uint64_t n;"}:decimal("n"))`, (*VM).regionDecimal},
		{GroupRegion, "read", `m:read(offset, n)`, "n bytes from an offset on", `print(#shm{size = 64}:read(0, 16))`, (*VM).regionRead},
		{GroupRegion, "write", `m:write(offset, s)`, "writes bytes from an offset on", `shm{size = 64}:write(0, "hello")`, (*VM).regionWrite},
		{GroupRegion, "fields", `m:fields()`, "a list of its fields: name, type, offset, size", `for _, f in ipairs(shm{layout = "char c; int n;"}:fields()) do print(f.name, f.type, f.offset, f.size) end`, (*VM).regionFields},
		shut(GroupRegion, "m"), unlink(GroupRegion, "m"),
	}
	for _, list := range [][]Entry{regionMethods, semaphoreMethods, mutexMethods, conditionMethods, barrierMethods, eventMethods} {
		touchingAll(list)
	}
	jobMethods = []Entry{
		{GroupJob, "wait", `job:wait([timeout | {timeout=, check=}])`, "waits for the end and returns the result, or nil and \"timeout\"; an error where a stage failed", `start("sleep 1"):wait()`, (*VM).jobWait},
		{GroupJob, "send", `job:send([stage,] msg [, {timeout=}])`, "sends a message to the stage's own mailbox; its name is needed where several have one", `local j = start(function() print(self():receive()) end); j:send("hello"); j:wait()`, (*VM).jobSend},
		{GroupJob, "kill", `job:kill([signal [, stage]])`, "sends a signal, \"TERM\" if none is named, to all stages or to one", `job:kill("INT")`, (*VM).jobKill},
		{GroupJob, "result", `job:result()`, "the result, or nil while it runs", `print(job:result())`, (*VM).jobResult},
		{GroupJob, "stages", `job:stages()`, "the stages that run now, each with .name and .pid", `for _, s in ipairs(job:stages()) do print(s.pid, s.name) end`, (*VM).jobStages},
	}
}

// documented are the entries that are no functions.
var documented = []Entry{
	{Group: GroupOption, Name: "timeout", Signature: `timeout = "5s"`, Summary: "stops the run after this time; numbers are seconds", Example: `run("sleep 9", {timeout = 0.5, check = false})`},
	{Group: GroupOption, Name: "check", Signature: `check = false`, Summary: "returns the result also where a stage failed", Example: `print(run("false", {check = false}).stages[1].code)`},
	{Group: GroupOption, Name: "deadlock", Signature: `deadlock = "report"`, Summary: `what is done where stages wait for each other for good: "stop" (an error, unless it is said otherwise), "report" (says it once) or "off"`, Example: `run("seq 3" | "cat", {deadlock = "off"})`},
	{Group: GroupResult, Name: "ok", Signature: `.ok`, Summary: "true where no stage failed", Example: `print(run("true").ok)`},
	{Group: GroupResult, Name: "why", Signature: `.why`, Summary: `how it ended: "exit", "signal", "timeout", "deadlock", "interrupted"`, Example: `print(run("true").why)`},
	{Group: GroupResult, Name: "elapsed", Signature: `.elapsed`, Summary: "seconds from start to end", Example: `print(run("sleep 0.1").elapsed)`},
	{Group: GroupResult, Name: "stages", Signature: `.stages[i]`, Summary: "what is known of each stage, in the order in which they were written", Example: `print(#run("seq 3" | "cat").stages)`},
	{Group: GroupStage, Name: "name", Signature: `.name`, Summary: "its name", Example: `print(run("true").stages[1].name)`},
	{Group: GroupStage, Name: "pid", Signature: `.pid`, Summary: "its process number", Example: `print(run("true").stages[1].pid)`},
	{Group: GroupStage, Name: "code", Signature: `.code`, Summary: "its exit status; nil where a signal ended it", Example: `print(run("false", {check = false}).stages[1].code)`},
	{Group: GroupStage, Name: "signal", Signature: `.signal`, Summary: `the signal that ended it, such as "SIGPIPE"`, Example: `print(run("yes" | "head -n 1").stages[1].signal)`},
	{Group: GroupStage, Name: "value", Signature: `.value`, Summary: "what a Lua stage returned", Example: `print(run(proc(function() return 42 end)).stages[1].value)`},
	{Group: GroupStage, Name: "error", Signature: `.error`, Summary: "the error that ended a Lua stage, or why weir stopped it", Example: `print(run(proc(function() error("no") end), {check = false}).stages[1].error)`},
	{Group: GroupStage, Name: "user", Signature: `.user`, Summary: "processor time in user mode, in seconds", Example: `print(run("true").stages[1].user)`},
	{Group: GroupStage, Name: "sys", Signature: `.sys`, Summary: "processor time in the kernel, in seconds", Example: `print(run("true").stages[1].sys)`},
	{Group: GroupStage, Name: "maxrss", Signature: `.maxrss`, Summary: "its peak memory, in bytes", Example: `print(run("true").stages[1].maxrss)`},
}

// openLibrary makes weir's functions globals and prepares the metatables of its
// values.
func (vm *VM) openLibrary() {
	for i := range functions {
		vm.L.SetGlobal(functions[i].Name, vm.function(&functions[i]))
	}
	vm.L.SetGlobal("out", vm.outValue())
	vm.L.SetGlobal(filterGlobal, vm.L.NewFunction(vm.runFilters))
	vm.markTable = vm.L.NewTable()
	vm.markTable.RawSetString("__concat", vm.L.NewFunction(vm.concat))
	bar := vm.L.NewUserData()
	bar.Value, bar.Metatable = mark{}, vm.markTable
	vm.L.SetGlobal(syntax.Mark, bar)
}

// tableOf gives the metatable of a topology's kind, which is made when the first
// of that kind is.
func (vm *VM) tableOf(n node) *lua.LTable {
	operators := func() map[string]lua.LGFunction {
		return map[string]lua.LGFunction{"__concat": vm.concat, "__add": vm.beside, "__mul": vm.replicas, "__tostring": vm.nodeText}
	}
	if _, ok := n.(*channel); !ok {
		if vm.nodeTable == nil {
			vm.nodeTable = vm.metatable("a topology", topologyMethods, operators())
		}
		return vm.nodeTable
	}
	if c, ok := n.(*channel); ok && c.msg != nil {
		if vm.messageTable == nil {
			vm.messageTable = vm.metatable("a channel of messages", append(slices.Clone(topologyMethods), messageMethods...), operators())
		}
		return vm.messageTable
	}
	if vm.channelTable == nil {
		// What a channel has of its own comes before what any topology has.
		vm.channelTable = vm.metatable("a channel", append(slices.Clone(topologyMethods), channelMethods...), operators())
	}
	return vm.channelTable
}

func (vm *VM) function(e *Entry) *lua.LFunction {
	return vm.L.NewFunction(func(L *lua.LState) int { return e.call(vm, L) })
}

// metatable makes one whose methods are the entries; any other name is an
// error that says what is near.
func (vm *VM) metatable(what string, methods []Entry, operators map[string]lua.LGFunction) *lua.LTable {
	t, index := vm.L.NewTable(), vm.L.NewTable()
	names := make([]string, len(methods))
	for i := range methods {
		index.RawSetString(methods[i].Name, vm.function(&methods[i]))
		names[i] = methods[i].Name
	}
	miss := vm.L.NewTable()
	miss.RawSetString("__index", vm.L.NewFunction(func(L *lua.LState) int {
		name := L.Get(2).String()
		p := problemf(whereIs(L), "%s has no method %q", what, name).pointing(name)
		if near, ok := syntax.Nearest(name, names); ok {
			p.hinted("did you mean :%s()?", near)
		}
		vm.raise(L, p)
		return 0
	}))
	index.Metatable = miss
	t.RawSetString("__index", index)
	for name, fn := range operators {
		t.RawSetString(name, vm.L.NewFunction(fn))
	}
	return t
}

func (vm *VM) pushNode(L *lua.LState, n node) {
	ud := L.NewUserData()
	ud.Value, ud.Metatable = n, vm.tableOf(n)
	L.Push(ud)
}

func (vm *VM) nodeText(L *lua.LState) int {
	n, ok := toNode(L.Get(1))
	if !ok {
		L.Push(lua.LString(L.Get(1).String()))
		return 1
	}
	L.Push(lua.LString(write(n)))
	return 1
}
