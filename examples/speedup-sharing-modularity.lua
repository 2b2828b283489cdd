-- Three reasons for processes that cooperate, one after the other.
--
-- Look at: information sharing (two processes and one file), computation
-- speed-up (the same sum by one process and by two), modularity (a job made of
-- programs that know nothing of each other).

if sys.os == "windows" then
  print("this example needs the Unix programs cat, wc, seq, grep, sort and head, which Windows has not")
  os.exit(0)
end

local n = tonumber(arg[1]) or 6000000

print("1. information sharing: one process writes a file, another reads it")
local path = os.tmpname()
run(text"shared by two processes\n" | "cat" | file(path, "w"))
run(file(path) | "wc -w")
os.remove(path)

print("2. computation speed-up: the sum of 1/k² by one process, then by two")
local function sum(from, to)
  local s = 0
  for k = from, to do s = s + 1 / (k * k) end
  return s
end
local one = run(proc(sum, 1, n))
local half = math.floor(n / 2)
local two = run(proc(sum, 1, half), proc(sum, half + 1, n))
print(("   one process  %.6f in %.2f s"):format(one.stages[1].value, one.elapsed))
print(("   two of them  %.6f in %.2f s"):format(two.stages[1].value + two.stages[2].value, two.elapsed))
print(("   speed-up     %.2f"):format(one.elapsed / two.elapsed))

print("3. modularity: each program does one thing, the pipe joins them")
run("seq 1 100" | "grep 7" | "sort -rn" | "head -n 3")
