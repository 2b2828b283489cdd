-- Feedback: the Collatz walk, a stage whose output is its own input.
--
-- Look at: loop, and its seed, which lies in the pipe before anything runs; tap gets a
-- copy of every number that goes round. The walk ends when the stage does.

if sys.os == "windows" then
  print("this example needs the Unix programs paste and fold, which Windows has not")
  os.exit(0)
end

local function step()
  for line in io.lines() do
    local n = tonumber(line)
    if n == 1 then return end
    print(n % 2 == 0 and n / 2 or 3 * n + 1)
    io.flush() -- it is its own reader, and waits for this line
  end
end

local walk = loop(proc(step), { seed = "27\n", tap = sh"paste -sd ' '" | "fold -sw 76" })
graph(loop(proc(step), { tap = "paste" }))
run(walk)
