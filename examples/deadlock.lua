-- A deadlock, and three ways out of it.
--
-- Look at: the error. A tee feeds two ways that meet again in a reader which reads the
-- one to its end before it begins with the other. The first way passes nothing on
-- before it has seen everything; the second is full by then, so the tee waits, and
-- with it the first. weir names who waits for whom, on which pipe, and how full it is.

if sys.os == "windows" then
  print("this example needs tail, cat and sort, and a system that tells who waits at a pipe, as Linux does")
  os.exit(0)
end

local function numbers() for i = 1, 600000 do print(i) end end

local function diamond(second)
  return proc(numbers) | concat("tail -1", second) -- tail gives nothing before it has seen all
end

local ok, err = pcall(run, diamond(sh"cat") | "tail -1", { deadlock = "stop" })
print(ok and "no deadlock?" or tostring(err):match("deadlock: no stage can go on"))

print("1. spill: the second way takes all that comes, and keeps it on disk")
run(diamond(sh"cat":spill()) | "tail -1")

print("2. a larger pipe: all of it has room")
run(diamond(sh"cat" | pipe { capacity = "1M" } | "cat" | pipe { capacity = "1M" } | "cat") | "tail -1")

print("3. reading both at once: a merge instead of a concat")
run(proc(numbers) | merge("tail -1", "cat") | "sort -n" | "tail -1")
