-- A named pipe of Windows, CreateNamedPipe: a server with an instance for each of its clients.
--
-- Look at: a client opens \\.\pipe\weir-example as a file, and both sides read and write. The server
-- has made the next instance when a client has come: while this runs, pipelist shows weir-example
-- with several, and Process Explorer \Device\NamedPipe\weir-example at both sides.

if sys.os ~= "windows" then
  print("this example needs Windows, or: wine weir.exe run example:windows-named-pipe")
  os.exit(0)
end

local name = "weir-example"

local function answer()
  for line in io.lines() do
    print("answer to " .. line)
    io.stdout:flush()
  end
end
local server = start(listen("fifo:" .. name, proc(answer), { count = 3 }))

local function client(n)
  local pipe = assert(io.open([[\\.\pipe\]] .. name, "r+"))
  pipe:write("question " .. n .. "\n")
  pipe:flush()
  print("client " .. n .. " got " .. pipe:read("*l"))
  pipe:close()
end
for n = 1, 3 do run(proc(client, n)) end
print("the server ended with status " .. server:wait().stages[1].code)
