-- A named pipe that a program outside weir can join.
--
-- Look at: the FIFO has a name in the file system while the run lasts. Here
-- `cat` reads it, started apart from the writer: the two meet at the name.
-- With an argument, weir only writes, and waits for you: run
-- `cat NAME` in another terminal, or fifo.c, which `weir examples fifo.c` prints. When
-- the run ends the name is gone.

if sys.os == "windows" then
  print("this example needs cat, and a FIFO with a name in the file system; see example:windows-named-pipe")
  os.exit(0)
end

local path = arg[1]
if not path then
  local free = os.tmpname() -- makes a file of that name
  os.remove(free)
  path = free .. ".fifo"
end
local meeting = fifo(path, { create = true })

local function write()
  for i = 1, 5 do print("line " .. i .. " through " .. path:match("[^/]*$"):gsub("^lua_.*%.", "the ")) end
end

if arg[1] then
  print("waiting for a reader: cat " .. path)
  run(proc(write) | meeting)
else
  run(proc(write) | meeting, meeting | "cat")
end
print(io.open(path) and "the name is still there" or "the name is gone")
