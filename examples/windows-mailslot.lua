-- A mailslot of Windows, CreateMailslot: one server reads, many clients write.
--
-- Look at: a message arrives whole, an empty one too, and each client opens \\.\mailslot\NAME as a
-- file. The server's read has a timeout, GetMailslotInfo counts what waits. In Process Explorer the
-- server has \Device\Mailslot\weir-example; a second server is refused.

if sys.os ~= "windows" then
  print("this example needs Windows, or: wine weir.exe run example:windows-mailslot")
  os.exit(0)
end

print("a client before its server:", (pcall(mailslot, "weir-example", { client = true })))
local server = mailslot("weir-example", { timeout = 0.2 })
print("a second server:", (pcall(mailslot, "weir-example")))

local function client(name)
  local slot = mailslot([[\\.\mailslot\weir-example]], { client = true })
  slot:send("hello from " .. name)
end
run(proc(client, "one"))
run(proc(client, "two"))
server:send("")

local waiting = server:stat()
print(("%d messages wait, the next has %d bytes"):format(waiting.messages, waiting.next))
for _ = 1, 3 do print(("%q"):format(server:receive())) end
print("and then:", server:receive())
