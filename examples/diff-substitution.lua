-- Process substitution: topologies as arguments of a program that wants files.
--
-- Look at: what diff, comm, paste and join are given, by run(cmd("echo", ...)): names
-- of descriptors, /dev/fd/63 and /dev/fd/62. No file is written anywhere.

if sys.os == "windows" then
  print("this example needs the Unix programs diff, comm, paste, tee, seq and grep, which Windows has not")
  os.exit(0)
end

local monday = text"anna\nbert\ncarla\nemil\n"
local friday = text"bert\ncarla\ndora\nemil\n"

print("who came and went:")
run(cmd("diff", monday | "sort", friday | "sort"), { check = false })
print("who was there both times:")
run(cmd("comm", "-12", monday | "sort", friday | "sort"))
print("numbers, squares and cubes side by side:")
local function power(n) for i = 1, 4 do print(i ^ n) end end
run(cmd("paste", proc(power, 1), proc(power, 2), proc(power, 3)))
print("what a program writes to several files goes to several stages:")
local sevens = os.tmpname()
run("seq 100" | cmd("tee", into("grep 7" | "wc -l" | file(sevens, "w"))) | "wc -l")
print(io.open(sevens):read("*l") .. " of them have a seven")
os.remove(sevens)
print("the arguments themselves:")
run(cmd("echo", monday | "cat", friday | "cat"))
