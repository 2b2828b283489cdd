package library

import "weir/ipc"

// Documented are the entries that are no functions.
var Documented = []Entry{
	{Group: GroupOption, Of: "options", Name: "timeout", Signature: `timeout = "5s"`, Returns: "number|string", Summary: "stops the run after this time; numbers are seconds", Example: `run("sleep 9", {timeout = 0.5, check = false})`,
		Long: "At the end of the time the stages get TERM, then KILL. In a script weir's exit status is then 124."},
	{Group: GroupOption, Of: "options", Name: "check", Signature: `check = false`, Returns: "boolean", Summary: "returns the result also where a stage failed", Example: `print(run("false", {check = false}).stages[1].code)`},
	{Group: GroupOption, Of: "options", Name: "deadlock", Signature: `deadlock = "report"`, Returns: `"stop"|"report"|"off"`, Summary: `what is done where stages wait for each other for good: "stop" (an error, unless it is said otherwise), "report" (says it once) or "off"`, Example: `run("seq 3" | "cat", {deadlock = "off"})`,
		Long: "weir asks the kernel what each stage is blocked on, and how full each channel is. The error says what would help: :spill(), a larger capacity, draining both. help\"deadlocks\" says which waits are seen."},
	{Group: GroupResult, Of: "result", Name: "ok", Signature: `.ok`, Returns: "boolean", Summary: "true where no stage failed", Example: `print(run("true").ok)`},
	{Group: GroupResult, Of: "result", Name: "why", Signature: `.why`, Returns: `"exit"|"signal"|"timeout"|"deadlock"|"interrupted"`, Summary: `how it ended: "exit", "signal", "timeout", "deadlock", "interrupted"`, Example: `print(run("true").why)`},
	{Group: GroupResult, Of: "result", Name: "elapsed", Signature: `.elapsed`, Returns: "number", Summary: "seconds from start to end", Example: `print(run("sleep 0.1").elapsed)`},
	{Group: GroupResult, Of: "result", Name: "stages", Signature: `.stages[i]`, Returns: "weir.StageResult[]", Summary: "what is known of each stage, in the order in which they were written", Example: `print(#run("seq 3" | "cat").stages)`},
	{Group: GroupResult, Of: "result", Name: "error", Signature: `.error`, Returns: "string?", Summary: "what could not be written where weir passes on bytes, as tee does; the other outputs got all of it", Example: `print(run("seq 9" | tee(file("/dev/full", "w"), "wc -l"), {check = false}).error)`},
	{Group: GroupResult, Of: "result", Name: "meters", Signature: `.meters[name]`, Returns: "table<string, {bytes: integer}>", Summary: "what each meter has counted: bytes", Example: `print(run("seq 9" | meter() | "cat").meters.meter.bytes)`},
	{Group: GroupStage, Of: "stage of a result", Name: "name", Signature: `.name`, Returns: "string", Summary: "its name", Example: `print(run("true").stages[1].name)`},
	{Group: GroupStage, Of: "stage of a result", Name: "pid", Signature: `.pid`, Returns: "integer", Summary: "its process number", Example: `print(run("true").stages[1].pid)`},
	{Group: GroupStage, Of: "stage of a result", Name: "code", Signature: `.code`, Returns: "integer?", Summary: "its exit status; nil where a signal ended it", Example: `print(run("false", {check = false}).stages[1].code)`, Manual: "wait(2); GetExitCodeProcess"},
	{Group: GroupStage, Of: "stage of a result", Name: "signal", Signature: `.signal`, Returns: "string?", Summary: `the signal that ended it, such as "SIGPIPE"`, Example: `print(run("yes" | "head -n 1").stages[1].signal)`, Manual: "signal(7)"},
	{Group: GroupStage, Of: "stage of a result", Name: "value", Signature: `.value`, Returns: "any", Summary: "what a Lua stage returned", Example: `print(run(proc(function() return 42 end)).stages[1].value)`},
	{Group: GroupStage, Of: "stage of a result", Name: "error", Signature: `.error`, Returns: "string?", Summary: "the error that ended a Lua stage, or why weir stopped it", Example: `print(run(proc(function() error("no") end), {check = false}).stages[1].error)`},
	{Group: GroupStage, Of: "stage of a result", Name: "user", Signature: `.user`, Returns: "number", Summary: "processor time in user mode, in seconds", Example: `print(run("true").stages[1].user)`, Manual: "getrusage(2); GetProcessTimes"},
	{Group: GroupStage, Of: "stage of a result", Name: "sys", Signature: `.sys`, Returns: "number", Summary: "processor time in the kernel, in seconds", Example: `print(run("true").stages[1].sys)`, Manual: "getrusage(2); GetProcessTimes"},
	{Group: GroupStage, Of: "stage of a result", Name: "maxrss", Signature: `.maxrss`, Returns: "integer", Summary: "its peak memory, in bytes; nil where it is not known, for a thread, whose memory is weir's, or for a small program: see .maxrss_below", Example: `print(run(proc(function() end)).stages[1].maxrss)`, Manual: "getrusage(2); GetProcessMemoryInfo"},
	{Group: GroupStage, Of: "stage of a result", Name: "maxrss_below", Signature: `.maxrss_below`, Returns: "integer", Summary: "where .maxrss is nil, a bound of it in bytes: until a process executes its program it has the memory of weir's guard, and the kernel's figure does not say which of both was less", Example: `print(run("true").stages[1].maxrss_below)`, Manual: "getrusage(2)"},
	{Group: GroupStage, Of: "stage of a result", Name: "restarts", Signature: `.restarts`, Returns: "integer?", Summary: "how often it was started again; nil where it was not", Example: `print(run(sh"true":restart{max = 2}).stages[1].restarts)`},
	{Group: GroupOperator, Name: "|", Signature: `a | b`, Returns: "weir.Topology", Summary: "a's standard output to b's standard input, through a pipe", Example: `run("seq 1 100" | "grep 7" | "wc -l")`, Manual: "pipe(2), dup2(2); CreatePipe", Kind: ipc.KindPipe,
		Long: `A string beside it is a line of shell words, a function a Lua stage. It binds as .. does: + and * bind tighter, comparisons do not.`},
	{Group: GroupOperator, Name: "+", Signature: `a + b`, Returns: "weir.Topology", Summary: "side by side: fed from the left, each gets a copy; their outputs merge, whole lines", Example: `run("seq 9" | sh"wc -l" + sh"tail -1")`, Manual: "tee(1)",
		Long: `Stages beside it are written sh"..." or proc(fn): between two strings + is arithmetic.`},
	{Group: GroupOperator, Name: "*", Signature: `a * n`, Returns: "weir.Topology", Summary: "n replicas that share the input line by line; their outputs merge, whole lines", Example: `run("seq 9" | sh"sed s/^/x/" * 3 | "sort")`, Manual: "xargs(1), -P",
		Long: `ordered(a * n) gives the results in the order of the input.`},
	{Group: GroupLua, Name: "out", Signature: "out", Returns: "weir.Out", Summary: "in t:err(out): where the stage's standard output goes", Example: `run(sh"ls /nowhere":err(out) | "wc -l", {check = false})`, Manual: "dup2(2)"},
	{Group: GroupLua, Name: "io.blocks", Signature: "io.blocks([n])", Returns: "fun(): string?", Summary: "iterates over standard input in blocks of whole lines, about n bytes each", Example: `run("seq 9" | proc(function() for b in io.blocks() do print(#b) end end))`, Manual: "read(2)"},
}
