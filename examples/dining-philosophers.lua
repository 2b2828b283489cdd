-- Five philosophers, five forks, and two ways to sit down.
--
-- Look at: who takes the left fork first waits for ever, as soon as all do so at
-- once; here a barrier sees to that, and a timeout ends it. Who takes the fork
-- with the lower number first never waits in a circle, so all eat. A philosopher
-- that is killed leaves a fork on the table: its neighbour gets it, and is told.

local n, meals = 5, tonumber(arg[1]) or 200
local forks = {}
for i = 1, n do forks[i] = mutex() end
local together = barrier(n)

local function left_first(i)
  forks[i]:lock()
  together:wait()
  local got, why = forks[i % n + 1]:lock { timeout = "100ms" }
  together:wait()
  return why
end

local function in_order(i)
  local left, right = i, i % n + 1
  local a, b = math.min(left, right), math.max(left, right)
  local eaten = 0
  for _ = 1, meals do
    forks[a]:lock()
    forks[b]:lock()
    eaten = eaten + 1
    forks[b]:unlock()
    forks[a]:unlock()
  end
  return eaten
end

local function dinner(way)
  local seats, said = {}, {}
  for i = 1, n do seats[i] = proc(way, i) end
  for i, stage in ipairs(run(unpack(seats)).stages) do said[i] = stage.value end
  return table.concat(said, " ")
end

print("the left one first:  " .. dinner(left_first))
for i = 1, n do forks[i]:lock() forks[i]:unlock() end -- they left without a word
print("in order of number:  " .. dinner(in_order))

local sits = semaphore(0)
local dies = start(proc(function() forks[1]:lock() sits:post() semaphore(0):wait() end))
sits:wait()
dies:kill("KILL")
print("the neighbour's fork:", forks[1]:lock())
