return {
  title = "Shared memory, and a race",
  rows = { "L3" },
  text = [[
A region of shared memory is mapped into several processes: what one stores the other
loads, without any call of the system's. It is the fastest way to share, and the kernel
looks after nothing: that two do not write to the same place at once is their own affair.

m.counter is a plain load, and m.counter = x a plain store, as in C.]],
  code = [[
local m = shm{layout = "int counter;"}
local function count()
  for i = 1, 100000 do m.counter = m.counter + 1 end
end
run(proc(count), proc(count))
print("counter is " .. m.counter)
]],
  question = "Two processes add 1 a hundred thousand times each. What is the counter?",
  choices = {
    "200000",
    "less, and another number each time",
    "100000: each has a counter of its own",
  },
  seen = function(run)
    local n = tonumber(run.output:match("counter is (%d+)"))
    if n == 200000 then return 1 end
    if n == 100000 then return 3 end
    if n then return 2 end
  end,
  remarks = {
    [1] = "This time no update was lost: the two never met between load and store. That is luck, and r runs it again.",
    [3] = "That number is chance, and r runs it again.",
  },
  why = [[
There is one counter, and adding to it is three steps: load, add, store. Where the other
process stores between one's load and one's store, its update is lost. This is a race: the
result depends on who runs when, so it is another one each time, and on a quiet day it may
even be right. One core is enough for it. Lesson 7 mends it.]],
  try = [[
m = shm{layout = "int a; double b[2];"}
m.b[1] = 2.5
m.b[1]
:run example:shm]],
}
