--- mq_open: If O_CREAT is not set and the message queue does not exist, or O_EXCL is set and it exists, it fails; without O_EXCL the existing one is opened.
local a = queue("/weir-case", {max = 3, size = 64})
local b = queue("/weir-case")
a:send("through the same queue")
assert(b:receive() == "through the same queue")

--- mq_open: The attributes are taken when the queue is created; for an existing queue they are not looked at.
local a = queue("/weir-case", {max = 3, size = 64})
assert(queue("/weir-case"):stat().capacity == 3)
fails("is there already, with max=3; this asks for 4", queue, "/weir-case", {max = 4})
fails("is there already, with size=64; this asks for 65", queue, "/weir-case", {size = 65})

--- mq_open: [EINVAL] The value of mq_maxmsg or mq_msgsize is less than or equal to zero, or above the implementation's limit.
fails("max must be a whole number from 1 on", queue, {max = 0})
fails("max must be a whole number from 1 on", queue, {max = -1})
fails("bad size", queue, {size = 0})
fails("limit", queue, {max = 1000000000})
fails("limit", queue, {size = 1000000000})

--- mq_open: The name conforms to the construction rules for a pathname; a slash other than the leading one is implementation-defined (refused here).
fails("no slash but the first", queue, "/a/b")
fails("holds a NUL|cannot hold a NUL", queue, "/a\0b")
fails("may have", queue, "/" .. ("x"):rep(300))
fails("the name is empty", queue, "")
fails("the name is empty", queue, "/")
fails("no name but a folder", queue, "/..")

--- mq_send: Messages with a larger value of the priority are inserted before messages with lower values.
local q = queue{max = 8, size = 16}
for _, p in ipairs{3, 0, 7, 3} do q:send("p" .. p, {priority = p}) end
local got = {}
for i = 1, 4 do local m, p = q:receive(); assert(m == "p" .. p); got[i] = p end
assert(table.concat(got, " ") == "7 3 3 0")

--- mq_send: A new message is inserted after other messages in the queue with equal priority.
local q = queue{max = 8, size = 16}
for i = 1, 5 do q:send("m" .. i, {priority = 2}) end
for i = 1, 5 do assert(q:receive() == "m" .. i) end

--- mq_send: [EINVAL] The value of msg_prio was outside the valid range.
fails("priority", function() queue():send("x", {priority = 40000}) end)
fails("whole number from 0 on", function() queue():send("x", {priority = -1}) end)

--- mq_send: [EMSGSIZE] The specified message length exceeds the message size attribute of the message queue.
local q = queue{max = 2, size = 8}
assert(q:send(("x"):rep(8)))
fails("the message has 9 bytes; .* takes 8", q.send, q, ("x"):rep(9))
assert(#q:receive() == 8)

--- mq_send: A message of length zero is a message.
local q = queue{max = 2, size = 8}
q:send("")
assert(q:stat().messages == 1 and q:receive() == "")

--- mq_send: [EAGAIN] The O_NONBLOCK flag is set and the message queue is full.
local q = queue{max = 2, size = 8}
q:send("a") q:send("b")
local sent, why = q:send("c", {timeout = 0})
assert(sent == nil and why == "would block")

--- mq_timedsend: If there is no room and the timeout expires first, the wait is terminated with [ETIMEDOUT].
local q = queue{max = 1, size = 8}
q:send("a")
local sent, why = q:send("b", {timeout = "30ms"})
assert(sent == nil and why == "timeout")
assert(q:stat().messages == 1)

--- mq_timedsend: If there is room, the operation does not fail with a timeout, whatever the timeout is.
assert(queue{max = 1, size = 8}:send("a", {timeout = 0}))

--- mq_receive: The oldest of the highest priority messages is received and removed from the queue.
local q = queue{max = 4, size = 8}
q:send("a") q:send("b")
assert(q:receive() == "a" and q:stat().messages == 1)

--- mq_receive: [EAGAIN] O_NONBLOCK was set, and the specified message queue is empty.
local q = queue("/weir-case", {max = 1, size = 8})
local got, why = q:receive{timeout = 0}
assert(got == nil and why == "would block")

--- mq_timedreceive: If no message arrives before the timeout expires, the wait is terminated with [ETIMEDOUT].
local q = queue("/weir-case", {max = 1, size = 8})
local got, why = q:receive{timeout = "30ms"}
assert(got == nil and why == "timeout")

--- mq_getattr: mq_maxmsg, mq_msgsize and mq_curmsgs are as they were set when the queue was created, and as it stands.
local q = queue{max = 5, size = 123}
q:send("a")
local s = q:stat()
assert(s.capacity == 5 and s.size == 123 and s.messages == 1)

--- mq_unlink: After the name is removed a new queue of the same name is another queue; who has the old one open keeps it.
local a = queue("/weir-case", {max = 2, size = 8})
a:send("old")
a:close()
local b = queue("/weir-case", {max = 2, size = 8})
assert(b:receive{timeout = 0} == nil)

--- mq_close: A queue that is closed is neither sent to nor received from.
local q = queue()
q:close()
fails("is closed", q.send, q, "x")
fails("is closed", q.receive, q)

--- A message is bytes: NUL, newline and all others arrive as they were.
local q = queue{max = 2, size = 256}
local all = {}
for i = 0, 255 do all[#all + 1] = string.char(i) end
q:send(table.concat(all))
assert(q:receive() == table.concat(all))

--- With codec="json" tables, numbers and booleans are messages, and come back as they were.
local q = queue{codec = "json", max = 4, size = 256}
q:send{1, 2, {x = "y", z = {true, false}}}
local t = q:receive()
assert(t[1] == 1 and t[2] == 2 and t[3].x == "y" and t[3].z[1] == true and t[3].z[2] == false)
q:send(1.5) assert(q:receive() == 1.5)
q:send(true) assert(q:receive() == true)
q:send("text") assert(q:receive() == "text")
fails("cannot be JSON", q.send, q, print)
fails("cannot be JSON", q.send, q, 0/0)
local loop = {} loop[1] = loop
fails("stands in itself", q.send, q, loop)
fails("is a string, but this is a table", queue().send, queue(), {})
