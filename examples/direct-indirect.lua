-- Direct and indirect communication.
--
-- Look at: with direct communication each side names the other: a stage has a
-- mailbox of its own, the receiver learns who sent, and can answer. With indirect
-- communication both name a mailbox, and do not know each other: of two
-- workers, either may get a message.

print("direct:")
local server = proc(function()
  for question, from in self():messages() do
    self():send(from, question .. " is answered by " .. self().name)
  end
end):named("server")

local function client(question)
  self():send(server, question)
  local answer, from = self():receive()
  print("  " .. self().name .. " got from " .. from.name .. ": " .. answer)
end

run(server, proc(client, "one"):named("alice"))
run(server, proc(client, "two"):named("bob"))

print("indirect:")
local post = mailbox()
local function worker()
  local n = 0
  for letter, from in post:messages() do n = n + 1 end
  return n
end
local function writer()
  for i = 1, 20 do post:send({ number = i, text = "a letter" }) end
end
local r = run(proc(writer), proc(writer), proc(worker), proc(worker))
print("  two workers took " .. r.stages[3].value + r.stages[4].value .. " letters of two writers")
