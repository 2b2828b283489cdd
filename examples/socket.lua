-- Sockets: a server that runs a stage for each connection.
--
-- Look at: `cat` and `sort` know nothing of sockets: the connection is their
-- stdin and stdout. A client in a chain writes to the server and reads the answer;
-- the server sees the end of its input, and answers, before the connection ends.
-- socket.c is a client, too, in C:
--
--   weir examples socket.c >socket.c && gcc -o socket socket.c
--   weir run example:socket PATH     and then ./socket PATH

local path = arg[1]
if not path then
  path = os.tmpname() -- makes a file of that name
  os.remove(path)
end
local address = "unix:" .. path

if arg[1] then
  print("waiting for one client at " .. path)
  run(listen(address, "tr a-z A-Z", { count = 1 }))
else
  local server = start(listen(address, "sort"))
  run("printf 'b\\na\\nc\\n'" | socket(address) | "cat")
  print(("seq 3" | socket(address) | "wc -l"):text() .. "lines came back")
  server:kill()
  server:wait()
end
