--- shm_open: If name begins with the slash character, then processes calling shm_open() with the same value of name refer to the same shared memory object, as long as that name has not been removed.
local m = shm("/weir-case", {layout = "int n;"})
run(proc(function() local k = shm("/weir-case", {layout = "int n;"}); k.n = k.n + 41 end))
m.n = m.n + 1
assert(m.n == 42)

--- shm_open: If name does not begin with the slash character, the effect is implementation-defined (it is the same name here).
local m = shm("weir-case", {layout = "int n;"})
shm("/weir-case", {layout = "int n;"}).n = 7
assert(m.n == 7)
fails("no slash but the first", shm, "/weir/case", {size = 1})
fails("no slash but the first", shm, "//weir-case", {size = 1})

--- shm_open: If O_EXCL and O_CREAT are set, the check for the existence of the object and its creation if it does not exist is atomic with respect to other processes naming the same object.
local m = shm{layout = "int made; int total;"}
local function one()
  local k = shm("/weir-case", {layout = "int n;", keep = true})
  if k:add("n", 1) == 0 then m:add("made", 1) end
  m:add("total", 1)
end
run(proc(one), proc(one), proc(one), thread(one))
assert(m.made == 1 and m.total == 4)
local k = shm("/weir-case", {layout = "int n;"})
assert(k.n == 4)
k:unlink()

--- shm_open: O_CREAT: if the shared memory object already exists, this flag has no effect: the object is as it was.
local m = shm("/weir-case", {size = 100})
m:write(0, "as it was")
local k = shm("/weir-case", {size = 50})
assert(#k == 100 and k:read(0, 9) == "as it was")

--- shm_open: The object's permission bits are set to the value of mode except those set in the file mode creation mask (0600 here, whatever the mask).
local m = shm("/weir-case", {size = 1})
assert(cmd("stat", "-c", "%a", "/dev/shm/weir-case"):text() == "600\n")

--- shm_open: The FD_CLOEXEC file descriptor flag associated with the new file descriptor is set.
local m = shm("/weir-case", {size = 1})
assert(not cmd("ls", "-l", "/proc/self/fd"):text():find("weir%-case"))

--- shm_open: The newly-allocated bytes of a shared memory object are initialized to 0, and its memory is there: a full file system is an error now.
local m = shm{size = "1M"}
assert(m:read(0, #m) == ("\0"):rep(#m))
local k = shm("/weir-case", {size = "1M"})
assert(tonumber(cmd("stat", "-c", "%b", "/dev/shm/weir-case"):text()) * 512 >= #k)

--- shm_open: [EINVAL] The shm_open() operation is not supported for the given name.
fails("the name is empty", shm, "/", {size = 1})
fails("the name is empty", shm, "", {size = 1})
fails("no name but a folder", shm, "/.", {size = 1})
fails("no name but a folder", shm, "..", {size = 1})
fails("NUL", shm, "/a\0b", {size = 1})

--- shm_open: [ENAMETOOLONG] The length of the name argument exceeds the limit.
fails("has 300 bytes", shm, "/" .. ("x"):rep(300), {size = 1})
assert(shm("/" .. ("x"):rep(240), {size = 1}))

--- shm_open: [EACCES] The object exists, and it is no shared memory of this user's that could be opened: a folder, a symbolic link.
local function occupied(want, make)
  run(sh(make), {check = false})
  fails(want, shm, "/weir-case", {size = 1})
  run(cmd("rm", "-r", "/dev/shm/weir-case"))
end
occupied("is a directory", "mkdir /dev/shm/weir-case")
occupied("symbolic link", "ln -s /etc/hosts /dev/shm/weir-case")
occupied("symbolic link", "ln -s nothing /dev/shm/weir-case")
occupied("no shared memory", "mkfifo /dev/shm/weir-case")

--- ftruncate: The size is what was asked for; [EINVAL] the length was less than 0 or greater than the maximum.
assert(#shm{size = 5000} == 5000 and #shm{layout = "char c; int n;"} == 8 and #shm{size = 100, layout = "int n;"} == 100)
for _, size in ipairs{0, -1, 1.5, "1T", "x"} do fails("bad size", shm, {size = size}) end

--- mmap: The application shall ensure that references lie inside the object; references beyond it (SIGBUS) are refused by name here.
local m = shm{layout = "int n[4];", size = 64}
fails("n%[4%] is out of range: n has 4 elements, from 0 to 3", function() m.n[4] = 1 end)
fails("1 bytes from 64 on are out of range: shm%(%) has 64", m.read, m, 64, 1)
fails("65 bytes from 0 on", m.write, m, 0, ("x"):rep(65))
m:write(63, "x")

--- mmap: [EINVAL] The object is smaller than what is to be mapped.
local m = shm("/weir-case", {layout = "int n;"})
fails("is there already, with 4 bytes; this needs 16", shm, "/weir-case", {layout = "double x[2];"})

--- mmap: MAP_SHARED: write references change the underlying object, and are seen by all who have it mapped: processes and threads.
local m = shm{layout = "int from[2]; char text[8];"}
run(proc(function() m.from[0] = 1; m.text = "both" end), thread(function() m.from[1] = 2 end))
assert(m.from[0] == 1 and m.from[1] == 2 and m.text == "both")

--- munmap: Further references to these pages are errors.
local m = shm{layout = "int n; int b[2];"}
local b = m.b
m:close()
m:close()
fails("shm%(%) is closed", function() return m.n end)
fails("shm%(%) is closed", function() b[0] = 1 end)
fails("shm%(%) is closed", m.read, m, 0, 1)

--- shm_unlink: If one or more references to the object exist when it is unlinked, the name is removed before shm_unlink() returns, but the removal of the contents is postponed until all references have been removed.
local m = shm("/weir-case", {layout = "int n;"})
m.n = 3
m:unlink()
assert(not run(cmd("test", "-e", "/dev/shm/weir-case"), {check = false}).ok)
m.n = m.n + 1
run(proc(function() m.n = m.n + 1 end))
assert(m.n == 5)

--- shm_unlink: Even if the object continues to exist after the last shm_unlink(), reuse of the name shall subsequently cause shm_open() to behave as if no shared memory object of this name exists.
local old = shm("/weir-case", {layout = "int n;"})
old.n = 1
old:unlink()
local new = shm("/weir-case", {layout = "int n;"})
assert(new.n == 0)
new.n = 2
assert(old.n == 1 and new.n == 2)

--- shm_unlink: [ENOENT] The named shared memory object does not exist.
local m = shm("/weir-case", {size = 1})
m:unlink()
fails("no such file", m.unlink, m)
fails("has no name", function() shm{size = 1}:unlink() end)

--- shm_overview: The object lives until it is unlinked: who made it does so at its end, and keep = true leaves it.
run(proc(function() local m = shm("/weir-case", {layout = "int n;"}); m.n = 9 end))
assert(shm("/weir-case", {layout = "int n;"}).n == 0)
run(proc(function() local m = shm("/weir-kept", {layout = "int n;", keep = true}); m.n = 9 end))
local m = shm("/weir-kept", {layout = "int n;"})
assert(m.n == 9)
m:unlink()

--- atomic_fetch_add: Returns the value held previously; for signed integer types arithmetic is defined to use two's complement with silent wrap-around on overflow.
local m = shm{layout = "int8_t a; uint8_t b; int16_t c; uint32_t d; int64_t e; int n;"}
m.a = 127; m.b = 255; m.c = 32767; m.d = 4294967295; m.e = 2^53 - 1
assert(m:add("a", 1) == 127 and m.a == -128)
assert(m:add("b", 1) == 255 and m.b == 0)
assert(m:add("c", 1) == 32767 and m.c == -32768)
assert(m:add("d", 1) == 4294967295 and m.d == 0)
assert(m:add("e", 1) == 2^53 - 1 and m.e == 2^53)
assert(m.n == 0)

--- atomic_compare_exchange_strong: Compares the contents with expected; if they are equal, replaces them; returns the result of the comparison.
local m = shm{layout = "short n; short by;"}
m.n = -1
assert(m:cas("n", -1, 5) == true and m.n == 5 and m.by == 0)
assert(m:cas("n", -1, 6) == false and m.n == 5)

--- atomic_exchange: Replaces the value with desired, and returns the value that was there immediately before.
local m = shm{layout = "bool b; double d;"}
assert(m:exchange("b", true) == false and m:exchange("b", false) == true)
assert(m:exchange("d", 0.5) == 0 and m:load("d") == 0.5)

--- atomic operations of several processes and threads lose nothing, also in the fields beside each other of one word.
local m = shm{layout = "uint8_t a, b; uint16_t c; uint32_t d; uint64_t e; double f;"}
local function count()
  for i = 1, 2000 do for _, f in ipairs{"a", "b", "c", "d", "e", "f"} do m:add(f, 1) end end
end
run(proc(count), proc(count), thread(count))
assert(m.a == 6000 % 256 and m.b == 6000 % 256 and m.c == 6000 and m.d == 6000 and m.e == 6000 and m.f == 6000)
