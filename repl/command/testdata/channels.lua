--- A send to a channel whose last reader has left raises an error, also while it waits.
local r = ring{slots = 1, size = 8}
local res = run(proc(function() for i = 1, 100 do r:send("x") end end), proc(function() r:receive() end), {check = false})
assert(res.stages[1].error:find("nobody is left to receive"), res.stages[1].error)

--- The last writer's leaving ends the readers, however it leaves, on every kind of channel.
for _, make in ipairs{ring, queue, mailslot, mailbox} do
  local ch = make()
  local function writer(how)
    ch:send("a")
    if how == "kill" then os.execute("kill -KILL " .. self().pid) end
    if how == "exit" then os.exit(0) end
  end
  local function reader() local n = 0 for m in ch:messages() do n = n + 1 end return n end
  local r = run(proc(writer, "kill"), proc(writer, "exit"), proc(writer), thread(writer), proc(reader), proc(reader), {check = false, timeout = 10})
  assert(r.why == "signal", r.why)
  assert(r.stages[5].value + r.stages[6].value == 4)
end

--- In a chain the end of input passes through every kind of channel.
for _, ch in ipairs{ring(), ring{slots = 0}, ring{slots = 1}, queue(), queue"/weir-case", mailslot(), mailbox(), ring"/weir-case"} do
  assert(("seq 500" | ch | "sort -n" | "tail -n 1"):text({timeout = 10}) == "500\n", tostring(ch))
end

--- A reader of a chain that leaves early ends the writers.
for _, ch in ipairs{ring{slots = 1}, queue(), mailslot(), mailbox{slots = 1}} do
  local r = run("yes" | ch | "head -n 1" | "cat >/dev/null", {timeout = 10})
  assert(r.ok and r.stages[1].signal == "SIGPIPE", tostring(ch) .. tostring(r.stages[1].signal))
end

--- Several stages write to one channel and several read it; no line is lost, doubled or torn.
local lines = ((sh"seq 1 2000" + sh"seq 2001 4000" + sh"seq 4001 6000") | ring{slots = 8} | "sort -n"):text({timeout = 20})
local want = {}
for i = 1, 6000 do want[i] = i end
assert(lines == table.concat(want, "\n") .. "\n")

--- A line that is longer than a message is an error that names both, and nothing hangs.
fails("a line of %d+ bytes is longer than a message of", run, text(("x"):rep(5000)) | "cat" | ring{size = 100} | "cat")

--- A last line without a newline is a message, an empty line is one, too.
local q = ring()
run("printf 'a\\n\\nb'" | q)
assert(q:receive() == "a" and q:receive() == "" and q:receive() == "b")

--- A rendezvous has no buffer: send returns when the message was taken.
local r = ring{slots = 0, size = 16}
local sent, why = r:send("x", {timeout = "20ms"})
assert(sent == nil and why == "timeout" and r:stat().messages == 0)
local j = start(proc(function() return r:receive() end))
assert(r:send("y", {timeout = 5}))
assert(j:wait().stages[1].value == "y")

--- send_all and receive_all move many at a time, in order.
local r = ring{slots = 100, size = 16}
local list = {}
for i = 1, 100 do list[i] = "m" .. i end
assert(r:send_all(list) == 100)
local n, why = r:send_all({"more"}, {timeout = 0})
assert(n == 0 and why == "would block")
local got = r:receive_all(1000)
assert(#got == 100 and got[1] == "m1" and got[100] == "m100")

--- messages are what receive gives, for as long as there are any.
local p = pipe()
start("printf 'a\\nb\\n'" | p)
local got = {}
for m in p:messages() do got[#got + 1] = m end
assert(table.concat(got, ",") == "a,b")
local again, why = p:receive()
assert(again == nil and why == "closed")

--- A message on a channel of bytes cannot hold what ends it, but with another frame it can.
local p = pipe()
local j = start(p | "cat >/dev/null")
fails("ends a message", p.send, p, "a\nb")
p:close() j:wait()
local p = pipe{frame = "nul"}
local j = start(p | function() return #io.read("*a") end)
p:send("a\nb") p:close()
assert(j:wait().stages[1].value == 4)

--- A channel travels to processes and threads, and to stages that these start.
local q = queue{max = 4, size = 64}
run(proc(function()
  run(proc(function() q:send("from the inner") end), thread(function() q:send("from a thread") end))
end))
local got = {(q:receive()), (q:receive())}
table.sort(got)
assert(got[1] == "from a thread" and got[2] == "from the inner")

--- What a stage returns cannot be a channel, and the error says so.
local q = queue()
fails("cannot travel", run, proc(function() return q end))

--- A socket's peers are what ends it: a server in a chain sees each client's end.
local s = socket("tcp:0", {listen = true})
local address = tostring(s):match('"(.-)"')
assert(run(s | "wc -l >/dev/null", "seq 7" | socket(address), {timeout = 10}).ok)

--- unixgram, unixpacket and udp carry whole messages, empty ones too.
local path = os.tmpname()
os.remove(path)
local server = socket("unixgram:" .. path, {listen = true})
local client = socket("unixgram:" .. path)
client:send("one") client:send("") client:send("three")
assert(server:receive() == "one" and server:receive() == "" and server:receive() == "three")
local server = socket("udp:0", {listen = true})
local client = socket(tostring(server):match('"(.-)"'))
client:send("ping", {timeout = 1})
assert(server:receive{timeout = 5} == "ping")
path = path .. "2"
local j = start(proc(function()
  local s = socket("unixpacket:" .. path, {listen = true})
  return s:receive{timeout = 5}
end))
local client
repeat client = select(2, pcall(socket, "unixpacket:" .. path)) until type(client) == "userdata"
client:send("whole")
assert(j:wait().stages[1].value == "whole")

--- An address that nobody listens at, or that cannot be, is a clear error before anything starts.
fails("nobody listens there", function() run("echo x" | socket"tcp:127.0.0.1:1") end)
fails("there is no socket of that name", function() run("echo x" | socket"unix:/nonexistent/socket") end)
fails("is no port", socket, "tcp:127.0.0.1:99999")
fails("has no kind", socket, "pipe:x")
fails("there is no socket of that name", function() run("echo x" | socket("unix:/" .. ("x"):rep(200))) end)
fails("file name too long", function() run("echo x" | socket("unix:/" .. ("x"):rep(300))) end)
fails("has no connections", listen, "udp:0", "cat")
fails("nobody knows|is not known", function() run("echo x" | socket"tcp:no.such.host.invalid:80") end)

--- listen runs one stage for each connection, and stops gracefully.
local path = os.tmpname()
os.remove(path)
local job = start(listen("unix:" .. path, "cat"))
for i = 1, 3 do assert((text(i .. "\n") | "cat" | socket("unix:" .. path) | "cat"):text() == i .. "\n") end
job:kill()
assert(job:wait({check = false}))
assert(not io.open(path))
local r = run(listen("unix:" .. path, "wc -c", {count = 1}), text"12345" | "cat" | socket("unix:" .. path) | "cat >/dev/null", {timeout = 10})
assert(r.ok)

--- A stage that two others know gets messages of both, in the order of each, and knows who sent.
local got = proc(function()
  local last = {}
  for i = 1, 20 do
    local n, from = self():receive{timeout = 10}
    assert(n == (last[from.name] or 0) + 1, from.name)
    last[from.name] = n
  end
  return last
end)
local function sender() for i = 1, 10 do self():send(got, i) end end
local r = run(got, proc(sender):named"a", proc(sender):named"b")
assert(r.stages[1].value.a == 10 and r.stages[1].value.b == 10)

--- receive of one's own mailbox: blocking, with a timeout, and never blocking.
local m, why = self():receive{timeout = 0}
assert(m == nil and (why == "would block" or why == "closed"), why)
local me = self()
start(proc(function() self():send(me, {hello = "script"}) end))
local m, from = self():receive{timeout = 5}
assert(m.hello == "script" and from.name:find("proc"))

--- A mailbox in a chain carries lines; what the script sends and receives there are the same messages.
local m = mailbox()
run("seq 3" | m)
local got = m:receive_all(10)
assert(#got == 3 and got[1] == "1" and got[3] == "3")
assert(m:send_all{"x", {y = 1}} == 2)
assert(m:receive() == "x" and m:receive().y == 1)
m:send("through")
assert((m | "cat"):text() == "through\n")
