--- A mutex is taken and given back.
local m = mutex()
equal(m:lock(), true)
m:unlock()
equal(m:lock{timeout = 0}, true)

--- A mutex that is locked twice by one value is an error, and no wait for oneself.
local m = mutex()
m:lock()
fails("would wait for itself", m.lock, m)
fails("would wait for itself", m.lock, m, {timeout = 1})

--- A mutex that this script holds by another value is an error, and no wait for oneself.
local a, b = mutex"/weir-case-m", mutex"/weir-case-m"
a:lock()
fails("this script holds mutex", b.lock, b)
equal(select(2, b:lock{timeout = 0}), "would block")
a:unlock()
equal(b:lock(), true)

--- A mutex is unlocked by its holder only.
local a, b = mutex"/weir-case-m", mutex"/weir-case-m"
fails("this value has not locked it", a.unlock, a)
a:lock()
fails("this value has not locked it", b.unlock, b)

--- A holder that dies gives the next taker the mutex, and the word abandoned.
local m = mutex()
local held = semaphore(0)
local j = start(proc(function() m:lock() held:post() semaphore(0):wait() end))
held:wait()
j:kill("KILL")
local got, word = m:lock()
equal(got, true)
equal(word, "abandoned")
m:unlock()
equal(select("#", m:lock()), 1)

--- A holder that ends without unlocking counts as dead.
for _, kind in ipairs {proc, thread} do
  local m = mutex()
  run(kind(function() m:lock() end))
  equal(select(2, m:lock()), "abandoned")
end

--- A mutex that is closed by its holder is abandoned.
local a, b = mutex"/weir-case-m", mutex"/weir-case-m"
a:lock()
a:close()
equal(select(2, b:lock()), "abandoned")
fails("is closed", a.lock, a)

--- Processes and threads count right under a mutex.
local m, shared = mutex(), shm{layout = "long n;"}
local function add()
  for i = 1, 300 do
    m:lock()
    shared.n = shared.n + 1
    m:unlock()
  end
end
run(proc(add), proc(add), thread(add), thread(add))
equal(shared.n, 1200)

--- A condition gives the mutex back while it waits.
local m, c, shared = mutex(), condition(), shm{layout = "int ready;"}
local j = start(proc(function()
  m:lock()
  shared.ready = 1
  c:signal()
  m:unlock()
end))
m:lock()
while shared.ready == 0 do c:wait(m) end
m:unlock()
j:wait()

--- A condition whose time is over has the mutex again.
local m, c = mutex(), condition()
m:lock()
local got, why = c:wait(m, {timeout = "10ms"})
equal(got, nil)
equal(why, "timeout")
m:unlock()

--- A condition waits only with a mutex that is held.
local m, c = mutex(), condition()
fails("this value has not locked it", c.wait, c, m)
fails("a condition waits with a mutex, but this is", c.wait, c)
fails("a condition waits with a mutex, but this is", c.wait, c, semaphore(1))

--- Broadcast wakes all who wait.
local m, c, shared = mutex(), condition(), shm{layout = "int there; int go;"}
local jobs = {}
for i = 1, 3 do
  jobs[i] = start(proc(function()
    m:lock()
    shared.there = shared.there + 1
    while shared.go == 0 do c:wait(m) end
    m:unlock()
  end))
end
repeat
  m:lock()
  local there = shared.there
  if there == 3 then shared.go = 1 c:broadcast() end
  m:unlock()
until there == 3
for i = 1, 3 do jobs[i]:wait() end

--- A barrier lets all go on when the last has come, and one of them is the last.
local b, lasts = barrier(3), semaphore(0)
local function party()
  for i = 1, 10 do
    local ok, last = b:wait()
    if last == "last" then lasts:post() end
  end
end
run(proc(party), proc(party), thread(party))
equal(lasts:value(), 10)

--- A barrier where a party dies waiting is abandoned.
local b, there, told = barrier(3), semaphore(0), semaphore(0)
local j = start(proc(function()
  local ok, word
  repeat ok, word = b:wait() until word == "abandoned"
  told:post()
end))
repeat -- it may be killed on its way to the barrier
  local doomed = start(proc(function() there:post() b:wait() end))
  there:wait()
  equal(told:wait{timeout = 0.03}, nil)
  doomed:kill("KILL")
until told:wait{timeout = 1}
j:wait()

--- A barrier waits no longer than it is told.
local b = barrier(2)
equal(select(2, b:wait{timeout = 0}), "would block")
equal(select(2, b:wait{timeout = "5ms"}), "timeout")
equal(select(2, barrier(1):wait()), "last")

--- A barrier or event that is there otherwise than asked is refused.
local b, e = barrier("/weir-case-b", 3), event"/weir-case-e"
fails("is there already, for 3 parties; this asks for 4", barrier, "/weir-case-b", 4)
fails("is there already, as one that stays set; this asks for one that resets itself", event, "/weir-case-e", {auto = true})
equal(tostring(barrier("/weir-case-b", 3)), tostring(b))
fails("must be from 1 to 65536", barrier, 0)

--- An event stays set until it is reset.
local e = event()
equal(select(2, e:wait{timeout = 0}), "would block")
e:set()
equal(e:wait(), true)
equal(e:wait{timeout = 0}, true)
e:reset()
equal(select(2, e:wait{timeout = "5ms"}), "timeout")

--- An event that resets itself lets one through for each set.
local e = event{auto = true}
e:set()
e:set()
equal(e:wait(), true)
equal(select(2, e:wait{timeout = 0}), "would block")

--- An event is seen in another process.
local go, came = event(), event"/weir-case-e"
local name = "/weir-case-e"
local j = start(proc(function() event(name):set() go:wait() end))
came:wait()
go:set()
j:wait()

--- A name is gone when its state is closed, and kept where the script says so.
local name = "/weir-case-m"
run(proc(function() local m = mutex(name) m:lock() m:unlock() end))
local file = "/dev/shm/weir-" .. sh"id -u":text():gsub("%s", "") .. "/mutex." .. name:sub(2)
equal(io.open(file), nil)
run(proc(function() mutex(name, {keep = true}) end))
local kept = assert(io.open(file))
kept:close()
mutex(name):unlink()
equal(io.open(file), nil)

--- Options and methods that are not there are told.
fails("keep", mutex, "/weir-case-m", {kept = true})
fails("options are a table", semaphore, 1, true)
fails("options are a table", event, "/weir-case-e", 1)
fails("lock is a method of a mutex", function() mutex().lock(semaphore(1)) end)
