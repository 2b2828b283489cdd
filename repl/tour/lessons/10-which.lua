return {
  title = "Threads, deadlock, and which mechanism to use",
  rows = { "L12" },
  text = [[
Threads live in one process and share its memory and its end; processes share what they map
or send, and one that crashes takes nobody along. Weir's thread(fn) has variables of its
own, as proc(fn) has, so both share by the same mechanisms.

Whatever waits can wait for ever. The last two processes are a dialogue over two pipes, and
each of them listens before it speaks.]],
  code = [[
local m = shm{layout = "int sum;"}
local function add() m:add("sum", 1000); return self().pid end
local r = run(thread(add), proc(add))
print(("sum %d, from the processes %d and %d; weir is %d"):format(
  m.sum, r.stages[1].value, r.stages[2].value, sys.pid()))

local function polite() print("I heard: " .. io.read()) end
run(loop(proc(polite) | proc(polite)))
]],
  question = "What becomes of the two?",
  choices = {
    "they wait until somebody presses Ctrl-C",
    "weir finds out, says who waits for whom, and stops them",
    "both come to an end of file, and end",
  },
  seen = function(run)
    if not run.output:find("sum", 1, true) then return end
    if not run.error then return 3 end
    if run.error:find("deadlock", 1, true) then return 2 end
    if run.error:find("concatenate", 1, true) then return 3 end
  end,
  why = [[
Each holds the end that the other waits for: a deadlock. weir asks the kernel who waits at
which pipe, or for which lock, and stops a run that can make no more progress within two
seconds. What helps with locks is that all take them in the same order.

Which mechanism? Bytes in a chain: a pipe. Whole messages: a queue or a ring. Much data,
often: shared memory and a lock. Strangers: a FIFO or a unix socket. Another machine: tcp.
The command weir bench measures all of them here.]],
  try = [[
j = start(loop(cmd"cat" | cmd"cat"), {deadlock = "report"})
:top
j:kill()
:run example:deadlock
:run example:threads-and-processes
:run example:dining-philosophers]],
}
