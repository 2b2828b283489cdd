return {
  title = "Speed-up",
  rows = { "L1", "L2" },
  text = [[
One reason for processes that cooperate is speed: work is cut into parts, each part is done
by a process, and the results are added. Here one process counts to a million; then as
many processes as there are cores, but two at least and eight at most, share the same
work.]],
  code = [[
local function count(n)
  local hits = 0
  for i = 1, n do if i % 7 == 0 then hits = hits + 1 end end
  return hits
end
local all, n, parts = 1e6, math.max(2, math.min(sys.cpus(), 8)), {}
for i = 1, n do parts[i] = proc(count, all / n) end
print(("one process: %.2f s"):format(run(proc(count, all)).elapsed))
print(("%d of them: %.2f s"):format(n, run(unpack(parts)).elapsed))
print("cores here: " .. sys.cpus())
]],
  question = "How long do they need together?",
  choices = {
    "clearly less: each has a core for itself",
    "about as long as one: the work stays the same",
    "clearly more: the additional processes cost time",
  },
  seen = function(run)
    local one = tonumber(run.output:match("one process: +([%d.]+)"))
    local many = tonumber(run.output:match("of them: +([%d.]+)"))
    if not one or not many then return end
    if many < 0.85 * one then return 1 end
    return many <= 1.25 * one and 2 or 3
  end,
  remarks = {
    [2] = "A core that others use, or that is not there, makes nothing faster.",
    [3] = "The machine seems to be busy with something else; r runs it again.",
  },
  why = [[
The parts have nothing to say to each other until the end, so the time goes down with the
number of cores that are free, and no further: with one core it stays as it was, while
processes that wait, as in lesson 1, gain there, too. The start of a process costs some
milliseconds, and what they must tell each other costs more.]],
  try = [[
:run example:pi
:run example:chromium]],
}
