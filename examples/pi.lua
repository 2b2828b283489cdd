-- Monte Carlo π: the share of random points that fall into a quarter circle.
--
-- Look at: N processes share no memory. Each gets its seed and its number of
-- points as arguments, by copy, and returns its count as the stage's value.
-- The same work by one process shows what the second core brings.

local points = tonumber(arg[1]) or 2000000
local workers = tonumber(arg[2]) or 4

local function hits(seed, n)
  math.randomseed(seed)
  local random, inside = math.random, 0
  for _ = 1, n do
    local x, y = random(), random()
    if x * x + y * y <= 1 then inside = inside + 1 end
  end
  return inside
end

local function estimate(n)
  local stages = {}
  for i = 1, n do stages[i] = proc(hits, 1000 + i, math.floor(points / n)):named("worker" .. i) end
  local result = run(unpack(stages))
  local inside = 0
  for _, stage in ipairs(result.stages) do inside = inside + stage.value end
  return 4 * inside / (math.floor(points / n) * n), result.elapsed
end

local one, alone = estimate(1)
local many, together = estimate(workers)
print(("1 process:   pi = %.4f in %.2f s"):format(one, alone))
print(("%d processes: pi = %.4f in %.2f s"):format(workers, many, together))
print(("speed-up: %.2f"):format(alone / together))
