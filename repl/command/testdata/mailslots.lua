--- CreateMailslot: The name must be unique. If a mailslot of the name exists already, the function fails.
local s = mailslot("weir-case")
fails("is its server, and a mailslot has one", mailslot, "weir-case")
run(proc(function()
  local ok, err = pcall(mailslot, "weir-case")
  assert(not ok and err:find("is its server"))
end))

--- CreateMailslot: nMaxMessageSize is the maximum size of a single message; zero allows any size.
local s = mailslot{size = 16}
assert(s:send(("x"):rep(16)))
fails("the message has 17 bytes", s.send, s, ("x"):rep(17))
local any = mailslot()
assert(any:send(("x"):rep(60000)) and #any:receive() == 60000)

--- CreateMailslot: lReadTimeout zero returns immediately if no message is present.
local s = mailslot("weir-case", {timeout = 0})
local got, why = s:receive()
assert(got == nil and why == "would block")

--- CreateMailslot: lReadTimeout is the time a read operation can wait for a message before a time-out occurs.
local s = mailslot("weir-case", {timeout = "30ms"})
local got, why = s:receive()
assert(got == nil and why == "timeout")

--- CreateMailslot: MAILSLOT_WAIT_FOREVER waits forever for a message.
local s = mailslot("weir-case")
local j = start(proc(function() mailslot("weir-case", {client = true}):send("at last") end))
assert(s:receive() == "at last")
j:wait()

--- CreateFile: If no server has created the mailslot, opening it for writing fails.
fails("needs its server", mailslot, "weir-case", {client = true})

--- CloseHandle: The mailslot exists until its server's last handle is closed or its process ends.
local s = mailslot("weir-case")
s:close()
fails("needs its server", mailslot, "weir-case", {client = true})
run(proc(function() mailslot("weir-case2"); os.exit(0) end))
fails("needs its server", mailslot, "weir-case2", {client = true})

--- WriteFile: A mailslot client can only write, and never read.
local s = mailslot("weir-case")
local c = mailslot("weir-case", {client = true})
assert(c:send("x"))
fails("only writes", c.receive, c)
assert(s:receive() == "x")

--- WriteFile: Each write is one message, whatever its length, zero included.
local s = mailslot("weir-case")
local c = mailslot("weir-case", {client = true})
c:send("one") c:send("") c:send("three")
assert(s:receive() == "one" and s:receive() == "" and s:receive() == "three")

--- GetMailslotInfo: lpNextSize is the size of the next message in bytes, MAILSLOT_NO_MESSAGE if there is none; lpMessageCount is the number of messages that wait.
local s = mailslot("weir-case", {size = 100})
assert(s:stat().messages == 0 and s:stat().next == nil and s:stat().size == 100)
s:send("12345") s:send("1")
assert(s:stat().messages == 2 and s:stat().next == 5)
s:receive()
assert(s:stat().messages == 1 and s:stat().next == 1)

--- Many clients write to one server: whole messages, each once.
local s = mailslot("weir-case")
local function client(n)
  local c = mailslot("weir-case", {client = true})
  for i = 1, 50 do c:send(n .. ":" .. i) end
end
local j = start(proc(client, 1), proc(client, 2), thread(client, 3))
local seen, n = {}, 0
while n < 150 do
  local m = s:receive{timeout = 5}
  assert(m and not seen[m], m)
  seen[m] = true
  n = n + 1
end
j:wait()
assert(s:receive{timeout = 0} == nil)
