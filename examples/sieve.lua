-- A prime sieve that grows its own pipeline.
--
-- Look at: each stage takes the first number it reads as its prime, then starts
-- the next stage and passes on what its prime does not divide. The pipeline
-- gets longer by a process for every prime found; end of file walks down it.

local limit = tonumber(arg[1]) or 60

local function sieve()
  local prime = io.read("*n")
  if not prime then return end
  print(prime)
  io.stdout:flush()
  local onward = pipe()
  local rest = start(onward | proc(sieve):named("sieve" .. prime))
  while true do
    local n = io.read("*n")
    if not n then break end
    if n % prime ~= 0 then onward:write(n .. "\n") end
  end
  onward:close()
  rest:wait()
end

local function count() for n = 2, limit do print(n) end end

run(proc(count) | proc(sieve))
