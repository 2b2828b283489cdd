-- POSIX shared memory, with the layout of a C struct.
--
-- Look at: two processes see the same bytes. What one stores the other loads, at
-- once and without a call; nothing tells it when. `weir ls` shows the region, and
-- a C program joins it: shm.c.
--
--   weir examples shm.c >shm.c && gcc -o shm shm.c
--   weir run example:shm wait     and then ./shm

local layout = [[
  int  count;
  char text[32];
  sem_t changed;
]]
local m = shm("/weir-example", { layout = layout })
if m.count == 0 then m.changed:init(0) end

local function writer()
  m.text = "hello from process " .. self().name
  m.count = m.count + 1
  m.changed:post()
end

if arg[1] == "wait" then
  print("waiting for a program that joins /weir-example")
else
  run(proc(writer):named("writer"))
end
m.changed:wait()
print(("count is %d, text is %q"):format(m.count, m.text))

for _, field in ipairs(m:fields()) do
  print(("%-8s %-8s at %2d, %2d bytes"):format(field.name, field.type, field.offset, field.size))
end
