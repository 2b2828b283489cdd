-- An anonymous pipe of Windows, CreatePipe: two programs that know nothing of each other.
--
-- Look at: neither program has a name for what joins them. The reader's number is printed while it
-- waits: in Process Explorer (View, Lower Pane, Handles) it has one end of \Device\NamedPipe, as
-- standard input, and no other handle of weir's. When the last writer has closed its end, the reader
-- sees the end of the file.

if sys.os ~= "windows" then
  print("this example needs Windows, or: wine weir.exe run example:windows-anonymous-pipe")
  os.exit(0)
end

local function reader()
  io.stderr:write("process " .. self().pid .. " reads\n")
  for line in io.lines() do print("read " .. line) end
  print("end of file")
end

local result = run(cmd("cmd", "/c", "(echo world)& (echo hello)") | "sort" | proc(reader):named("reader"))
for i, stage in ipairs(result.stages) do
  print(("%d  %-8s ended with status %d"):format(i, stage.name, stage.code))
end
