return {
  title = "Names: FIFOs and sockets",
  rows = { "L10", "L11" },
  text = [[
An ordinary pipe joins relatives. Programs that do not know each other meet at a name: a
FIFO is a pipe with a name in the file system. A socket has an address, goes both ways, and
each client has a connection of its own; over tcp: also between machines. Windows calls
something else a named pipe, and has mailslots: many write, one reads.

Here cat knows the name, and opens it half a second late.]],
  code = [[
local name = os.tmpname(); os.remove(name) -- so it is free
local meet, begun = fifo(name, {create = true}), time.now()
local function write()
  print("hello")
  io.flush()
  io.stderr:write(("written after %.1f s\n"):format(time.now() - begun))
end
run(proc(write) | meet, cmd("sh", "-c", "sleep 0.5; cat " .. name))
]],
  question = "When has the writer got rid of its line?",
  choices = {
    "at once: a FIFO is a file, and keeps the line",
    "after half a second: it waits for a reader",
    "at once, and the line is lost: nobody had opened it",
  },
  seen = function(run)
    local after = tonumber(run.output:match("written after ([%d.]+) s"))
    if not after then return end
    if after >= 0.4 then return 2 end
    return run.output:find("hello", 1, true) and 1 or 3
  end,
  why = [[
A FIFO is a pipe and no file: nothing is kept. Whoever opens it waits until somebody has
opened the other end; fifo(7). Only the name lies in the file system, and it went with the
run. A mailslot is Windows' own; elsewhere weir has an emulation. weir doctor says of each
mechanism what it is here.]],
  try = [[
s = listen("unix:tour", "tac", {count = 1})
run(s, "seq 3" | socket"unix:tour" | "cat")
:run example:mailslot]],
}
