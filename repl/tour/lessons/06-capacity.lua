return {
  title = "How much a channel holds",
  rows = { "L7" },
  text = [[
Between sender and receiver there is a buffer. With zero capacity every send waits for its
receiver, a rendezvous. With bounded capacity the sender waits when the buffer is full.
With unbounded capacity it never waits, as long as there is room somewhere.

Here sleep has the reading end of a pipe, and reads nothing.]],
  code = [[
local p = pipe()
local reader = start(p | "sleep 10")
local sent, line = 0, ("x"):rep(1023)
while sent < 5000 and p:send(line, {timeout = 0}) do sent = sent + 1 end
print(sent .. " KB went into the pipe")
local c = reader:frame().channels[1] -- what weir top shows of it
print(("%s holds %d of %d bytes"):format(c.channel, c.fill, c.cap))
reader:kill()
print("a ring without slots:", ring{slots = 0}:send("x", {timeout = 0}))
]],
  question = "How much goes into a pipe that nobody reads?",
  choices = {
    "nothing: a pipe only passes on",
    "up to a megabyte, then the writer would have to wait",
    "as much as one likes, while there is memory",
  },
  seen = function(run)
    local n = tonumber(run.output:match("(%d+) KB went"))
    if not n then return end
    if n == 0 then return 1 end
    return n < 5000 and 2 or 3
  end,
  why = [[
A pipe is a bounded buffer in the kernel. On Linux it has 64 KB, and weir asks for 256 KB
where the system allows it; fcntl(2) and F_SETPIPE_SZ. A fast writer is slowed down to its
reader's pace by nothing but that: it is called backpressure. watch, below, lets you see
the pipes fill, and asks first which stage it is that they wait for. A ring without slots is a
rendezvous. Unbounded is pipe{spill = true}, which keeps on disk what is not read yet.]],
  try = [[
watch("seq 2000000" | "tr 1 2" | "gzip -9" | "wc -c")
run("seq 1000000" | pipe{spill = true} | "tail -n 1")
graph("seq 9" | pipe{capacity = "1M"} | "wc -l")
:run example:buffering]],
}
