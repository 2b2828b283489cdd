-- Shared memory of Windows, CreateFileMapping and MapViewOfFile, with the layout of a C struct.
--
-- Look at: two processes see the same bytes, and a named event tells the one that the other has
-- stored something. A long has 4 bytes here, where Linux has 8. In Process Explorer both processes
-- have the Section \Sessions\N\BaseNamedObjects\weir-example; it goes with its last handle.

if sys.os ~= "windows" then
  print("this example needs Windows, or: wine weir.exe run example:windows-shared-memory")
  os.exit(0)
end

local layout = "long count; char text[32];"
local memory = shm([[Local\weir-example]], { layout = layout })
local stored = event([[Local\weir-example-stored]])

local function writer()
  memory.text = "hello from " .. self().name
  memory.count = memory.count + 1
  stored:set()
end

local job = start(proc(writer):named("writer"))
stored:wait()
print(("count is %d, text is %q"):format(memory.count, memory.text))
job:wait()
for _, field in ipairs(memory:fields()) do
  print(("%-6s %-5s at %d, %2d bytes"):format(field.name, field.type, field.offset, field.size))
end
