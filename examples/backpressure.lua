-- Back-pressure: a slow reader holds up a fast writer, by way of what lies between them.
--
-- Look at: weir top example:backpressure. The pipes fill from the reader's end: first the
-- one before the slow stage, then the one before that, and then seq itself waits to write.
-- No message says "slower": a full pipe is the message.

if sys.os == "windows" then
  print("this example needs seq and cat, and a system that tells how full a pipe is, as Linux does")
  os.exit(0)
end

local lines = tonumber(arg[1]) or 400

local slow = proc(function()
  for _ = 1, lines do
    io.read()
    time.sleep(0.002)
  end
end):named("slow")

local job = start("seq 1000000" | pipe { capacity = 4096 } | "cat" | pipe { capacity = 4096 } | slow)

-- Watch the pipes fill, until the run ends.
local full = {}
repeat
  local frame = job:frame()
  for _, c in ipairs(frame.channels) do
    if c.kind == "pipe" and c.full > 0.5 and not full[c.channel] then
      full[c.channel] = true
      print(("%s is full: %d of %d bytes; %s waits"):format(c.channel, c.fill, c.cap, c.from[1]))
    end
  end
until frame.ended
job:wait { check = false }
print("the reader took " .. lines .. " of 1000000 lines, and the writer was never ahead by more than the pipes hold")
