-- A mailslot, as Windows has them: one server reads, many clients write.
--
-- Look at: messages arrive whole, an empty one too; the writer is told where one
-- is too long; a second server is refused, and so is a client without a server.
-- Here mailslots are an emulation over AF_UNIX datagrams: `weir doctor` says so.

print(pcall(mailslot, "weir-example", { client = true }))

local server = mailslot("weir-example", { size = 32, timeout = 0.2 })
print(pcall(mailslot, "weir-example"))

local function client(name)
  local slot = mailslot("weir-example", { client = true })
  slot:send("hello from " .. name)
end
run(proc(client, "one"))
run(proc(client, "two"))
server:send("")

local s = server:stat()
print(("%d messages wait, the next has %d bytes"):format(s.messages, s.next))
for i = 1, 3 do print(("%q"):format(server:receive())) end
print(server:receive()) -- the read timeout of CreateMailslot
print((select(2, pcall(server.send, server, ("x"):rep(33)))))
