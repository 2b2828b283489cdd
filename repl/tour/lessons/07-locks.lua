return {
  title = "The race, mended",
  rows = { "L8" },
  text = [[
The lecture's bounded buffer keeps its items in shared memory, and in `counter` how many
they are; the producer adds 1, the consumer takes 1 away, and lesson 3 has shown what comes
of it. What must not be interrupted is a critical section. A mutex lets one in at a time;
an atomic addition is one step that nothing comes between.

Two processes add 1, twenty thousand times, in three ways.]],
  code = [[
local m, lock = shm{layout = "int plain; int locked; int atomic;"}, mutex()
local function count()
  for i = 1, 20000 do m.plain = m.plain + 1 end
  for i = 1, 20000 do
    lock:lock(); m.locked = m.locked + 1; lock:unlock()
  end
  for i = 1, 20000 do m:add("atomic", 1) end
end
run(proc(count), proc(count))
print("plain " .. m.plain, "locked " .. m.locked, "atomic " .. m.atomic)
]],
  question = "Which of the three come to 40000?",
  choices = {
    "locked, and not atomic: only a lock keeps the others out",
    "atomic, and not locked: the addition is plain there, too",
    "locked and atomic, and not plain",
    "all three",
  },
  seen = function(run)
    local plain, locked, atomic = run.output:match("plain (%d+)\tlocked (%d+)\tatomic (%d+)")
    if not plain then return end
    local function right(n) return tonumber(n) == 40000 end
    if right(locked) and right(atomic) then return right(plain) and 4 or 3 end
    if right(locked) then return 1 end
    if right(atomic) then return 2 end
  end,
  remarks = {
    [4] = "plain came out right by luck this time; r runs it again.",
  },
  why = [[
Both mend it. Inside the lock the addition is plain, and that does no harm: nobody else is
there. The atomic one needs no lock, and is the faster one; but it is for one number, while
a lock keeps as many things together as one likes. To wait until there is an item at all
takes a semaphore, or a condition; or a ring, which is the whole bounded buffer.]],
  try = [[
s = semaphore(1)
s:wait{timeout = 0}, s:wait{timeout = 0}
:run example:bounded-buffer-semaphore]],
}
