-- A POSIX message queue: messages with priorities, joined by its name.
--
-- Look at: the urgent message overtakes the others. The queue keeps messages
-- whole, and it is the system's own: queue.c, in C, sends to it.
--
--   weir examples queue.c >queue.c && gcc -o queue queue.c
--   weir run example:queue wait     and then ./queue

local q = queue("/weir-example", { max = 8, size = 128 })

if arg[1] == "wait" then
  print("waiting for a program that sends to /weir-example")
  print(q:receive())
else
  run(proc(function()
    q:send("first")
    q:send("second")
    q:send("urgent", { priority = 9 })
  end))
  print(q:stat().messages .. " messages wait")
  for i = 1, 3 do print(q:receive()) end
end

-- In a chain, a stage that knows only its stdin and stdout is joined line by line.
run("seq 3" | q | "sort -rn")
