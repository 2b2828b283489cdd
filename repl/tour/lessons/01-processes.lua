return {
  title = "Processes, alone and together",
  rows = { "L1" },
  text = [[
A process has its memory to itself: it is independent, until it is given something to
cooperate by. In weir, proc(fn) is a Lua function in a process of its own, and run starts
all that it is given at the same time.

What a function captures, here n, it finds in its process, too.]],
  code = [[
local n = 1
local function work()
  n = n + 1
  time.sleep(0.3)
  return n
end
local r = run(proc(work), proc(work), proc(work))
for _, s in ipairs(r.stages) do
  print("in process " .. s.pid .. ": n is " .. s.value)
end
print(("here: n is %d, after %.1f s"):format(n, r.elapsed))
]],
  question = "Three processes add 1 to n. What do they have, and what is n here?",
  choices = {
    "2, 3 and 4, and 4 here: there is one n",
    "2, 2 and 2, and 2 here: the last one is kept",
    "2, 2 and 2, and 1 here: each has an n of its own",
  },
  seen = function(run)
    local theirs = {}
    for n in run.output:gmatch("in process %d+: n is (%d+)") do theirs[#theirs + 1] = n end
    local here = run.output:match("here: n is (%d+)")
    table.sort(theirs)
    local all = table.concat(theirs, " ")
    if all == "2 3 4" then return 1 end
    if all == "2 2 2" then return here == "2" and 2 or 3 end
  end,
  why = [[
What a function captures travels to its process by copy, as memory does in fork(2), and
nothing comes back but what the function returns. To share, processes need a mechanism;
the rest of the tour is about those. And look at the time: each of the three slept for
0.3 s, and they did it at once.]],
  try = [[
run("sleep 0.5", "sleep 0.5").elapsed
:run example:hello]],
}
