-- Readers and writers: readers go together, writers alone.
--
-- Look at: the first reader takes `wrt` for all readers, and the last one gives it
-- back. That is another process, maybe, so wrt is a semaphore: a mutex is given
-- back only by who took it. `mutex` keeps readcount right. A writer changes a and
-- then b; no reader ever sees one without the other. Readers that keep coming
-- would let no writer in: this solution is theirs.

local readers, writers, rounds = 3, 2, tonumber(arg[1]) or 100
local m = shm { layout = "int readcount; int inside; int a; int b;" }
local mutex, wrt, all = mutex(), semaphore(1), barrier(readers)

local function enter()
  mutex:lock()
  m.readcount = m.readcount + 1
  if m.readcount == 1 then wrt:wait() end
  mutex:unlock()
end

local function leave()
  mutex:lock()
  m.readcount = m.readcount - 1
  if m.readcount == 0 then wrt:post() end
  mutex:unlock()
end

local function reader()
  enter()
  all:wait() -- all readers are inside at once, or nobody would pass
  leave()
  local torn = 0
  for _ = 1, rounds do
    enter()
    if m.a ~= m.b then torn = torn + 1 end
    leave()
  end
  return torn
end

local function writer()
  local met = 0
  for _ = 1, rounds do
    wrt:wait()
    if m:add("inside", 1) ~= 0 or m.readcount > 1 then met = met + 1 end -- one reader may wait
    m.a = m.a + 1
    m.b = m.b + 1
    m:add("inside", -1)
    wrt:post()
  end
  return met
end

local stages = {}
for i = 1, readers do stages[i] = proc(reader) end
for i = 1, writers do stages[readers + i] = proc(writer) end
local torn, met = 0, 0
for i, stage in ipairs(run(unpack(stages)).stages) do
  if i <= readers then torn = torn + stage.value else met = met + stage.value end
end
print(("%d readers were inside at once"):format(readers))
print(("a is %d, b is %d; both must be %d"):format(m.a, m.b, writers * rounds))
print(("torn reads: %d; writers that were not alone: %d"):format(torn, met))
