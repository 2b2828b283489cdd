return {
  title = "Messages: to wait or not to wait",
  rows = { "L4", "L6", "L9" },
  text = [[
The other way to cooperate is to share nothing and to send: the kernel takes a message from
one process and gives it to another, whole. A blocking send waits while there is no room,
and a blocking receive until there is a message. Neither waits with timeout = 0.

This queue takes two messages. The last line is a producer and a consumer that block.]],
  code = [[
local q = queue{max = 2, size = 64}
for i = 1, 3 do print("send " .. i, q:send("item", {timeout = 0})) end
for i = 1, 3 do print("receive", q:receive{timeout = 0}) end
local function produce() for i = 1, 3 do q:send("item " .. i) end end
local function consume() for m in q:messages() do print("took", m) end end
run(proc(produce), proc(consume))
]],
  question = "What becomes of the third send, that of the first loop?",
  choices = {
    "true: the queue grows",
    'nil, "would block"',
    "it waits for a receiver, and with it the script",
  },
  seen = function(run)
    if run.output:find("send 3\ttrue", 1, true) then return 1 end
    if run.output:find("send 3\tnil\twould block", 1, true) then return 2 end
    if run.output:find("send 2", 1, true) then return 3 end
  end,
  why = [[
The queue is full and the call may not wait, so it says "would block", and the caller does
something else meanwhile. The blocking pair has no such lines: the producer slept in send
until the consumer had taken an item, and the end of the messages came when the producer
had left. No lock and no counter: who waits for whom is in the mechanism. (The number
behind a received item is its priority.)]],
  try = [[
q = queue{max = 2}
q:receive{timeout = "0.5s"}
j = start(proc(function() while q:send("item") do end end))
:top
j:kill()
:run example:send-receive-nonblocking]],
}
