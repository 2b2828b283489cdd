-- An ordinary pipe: one writes, one reads, the kernel keeps the order.
--
-- Look at: the reader sees the end of the file when the last writer has closed its
-- end, and the writer gets SIGPIPE when the last reader has left. weir gives each
-- stage its ends and holds none itself, so both arrive as they do in a shell.

if sys.os == "windows" then
  print("this example needs seq, yes, head and wc, which Windows has not; see example:windows-anonymous-pipe")
  os.exit(0)
end

local r = run("seq 1 5" | function()
  for line in io.lines() do print("read " .. line) end
  print("end of file")
end)
print("seq ended with status " .. r.stages[1].code)

r = run("yes" | "head -n 1")
print("yes was ended by " .. r.stages[1].signal)

-- The script itself can have an end, too.
local p = pipe()
local job = start(p | "wc -l")
for i = 1, 3 do p:write("line\n") end
p:close()
job:wait()
