-- A bottleneck: the stage that holds the others up, found, and mended until it moves.
--
-- Look at: weir top example:bottleneck 3000 names `slow`, since its input is full and its
-- time is its own; seq waits to write. Four of `slow` at once, in order, are faster than
-- what follows them: the second run names `next`, and more of `slow` would bring nothing.

if sys.os == "windows" then
  print("this example needs seq and wc, and a system that tells how full a pipe is, as Linux does")
  os.exit(0)
end

local lines = tonumber(arg[1]) or 600

local function worker(name, seconds)
  return proc(function()
    for line in io.lines() do
      time.sleep(seconds)
      print(line)
      io.flush()
    end
  end):named(name)
end

local slow, following = worker("slow", 0.004), worker("next", 0.002)

-- bottleneck runs t, and gives the stage that most frames name, and how long t took.
local function bottleneck(t)
  local job, named, most = start(t), {}, nil
  repeat
    local frame = job:frame()
    local stage = (frame.verdict.stage or ""):gsub("#%d+$", "")
    if frame.at > 0.2 and stage ~= "" then
      named[stage] = (named[stage] or 0) + 1
      if not most or named[stage] > named[most] then most = stage end
    end
  until frame.ended
  return most or "nobody", job:wait().elapsed
end

-- Lines of a hundred bytes and pipes of one page: what does not flow is soon seen.
local source = cmd("seq", "-f", "%0100.0f", tostring(lines))
local function small() return pipe { capacity = 4096 } end

local stage, seconds = bottleneck(source | small() | slow | small() | following | "wc -l")
print(("the bottleneck is %s; it took %.1f s"):format(stage, seconds))

stage, seconds = bottleneck(source | small() | ordered(slow * 4) | small() | following | "wc -l")
print(("with four of slow it is %s; it took %.1f s"):format(stage, seconds))
