return {
  title = "Direct and indirect communication",
  rows = { "L5" },
  text = [[
Direct communication names the partner: a message goes to that one process, which learns
who sent it and can answer. Indirect communication names a mailbox: who posts does not know
who takes, and there may be several of both.

First a client asks a server; then two write to a mailbox, from which two others take.]],
  code = [[
local server = proc(function()
  local question, from = self():receive()
  self():send(from, question:upper())
end):named("server")
run(server, proc(function()
  self():send(server, "hello")
  print(self():receive())
end))
local box, n = mailbox(), 0
local function write() for i = 1, 10 do box:send(i) end end
local function take() for m in box:messages() do n = n + 1 end return n end
local r = run(proc(write), proc(write), proc(take), proc(take))
print("taken: " .. r.stages[3].value .. " and " .. r.stages[4].value)
]],
  question = "Twenty letters are posted. How many do the two that take them have together?",
  choices = {
    "20: each letter goes to one of them",
    "40: each gets every letter",
    "10: each takes from one of the writers, and half of it is lost",
  },
  seen = function(run)
    local a, b = run.output:match("taken: (%d+) and (%d+)")
    if a then return ({ [20] = 1, [40] = 2, [10] = 3 })[a + b] end
  end,
  why = [[
A letter that is taken is gone, so each has one reader: whoever asks first. How the twenty
are shared out is chance; the first may well have taken all before the second had started.
That is how work is dealt to whoever is free. Who wants everybody to get everything sends
to each, or uses tee.]],
  try = [[
run("seq 4" | tee("sort -r", "wc -l"))
:run example:direct-indirect]],
}
