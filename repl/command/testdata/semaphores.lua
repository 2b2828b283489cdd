--- sem_open connects a name with a semaphore of the value that is given.
local s = semaphore("/weir-case-a", 3)
equal(s:value(), 3)
equal(tostring(s), 'semaphore"/weir-case-a"')

--- sem_open: O_CREAT has no effect if the semaphore exists, and its value stays.
local s = semaphore("/weir-case-a", 3)
equal(semaphore("/weir-case-a", 7):value(), 3)

--- sem_open of one name twice gives one semaphore.
local s = semaphore("/weir-case-a", 1)
local t = semaphore("/weir-case-a", 1)
equal(t:wait(), true)
equal(s:value(), 0)

--- sem_open in another process gives the same semaphore.
local name = "/weir-case-a"
local s = semaphore(name, 0)
run(proc(function() semaphore(name):post() end))
equal(s:value(), 1)

--- sem_open: a value above SEM_VALUE_MAX is EINVAL.
local max = 2147483647
equal(semaphore(max):value(), max)
fails("must be a whole number up to 2147483647, but is", semaphore, max + 1)
fails("must be a whole number up to 2147483647, but is", semaphore, -1)
fails("must be a whole number up to 2147483647, but is", semaphore, 0.5)

--- sem_open without O_CREAT: ENOENT if the semaphore does not exist.
fails("there is no semaphore", semaphore, "/weir-case-none")

--- sem_open: a name that is none is EINVAL, one that is too long ENAMETOOLONG.
fails("a name has no slash but the first", semaphore, "/a/b", 1)
fails("the name is empty", semaphore, "/", 1)
fails("a name cannot hold a NUL", semaphore, "/a\0b", 1)
fails("the name has 300 bytes", semaphore, ("x"):rep(300), 1)

--- sem_open: a semaphore that was made is the user's alone, whatever the umask.
local s = semaphore("/weir-case-a", 3)
equal(sh"stat -c %a /dev/shm/sem.weir-case-a":text(), "600\n")

--- sem_wait takes one at once if the value is positive.
local s = semaphore(2)
equal(s:wait(), true)
equal(s:value(), 1)

--- sem_wait does not return while the value is zero, until another gives one back.
local s, asked, done = semaphore(0), semaphore(0), semaphore(0)
local j = start(proc(function() asked:post() s:wait() done:post() end))
asked:wait()
equal(done:wait{timeout = 0.03}, nil)
s:post()
equal(done:wait(), true)
j:wait()

--- sem_wait: what was taken stays so until sem_post.
local s = semaphore(1)
s:wait()
equal(select(2, s:wait{timeout = 0.01}), "timeout")
s:post()
equal(s:wait{timeout = 0}, true)

--- sem_wait: what a process has taken that ends is not given back.
local s = semaphore(1)
run(proc(function() s:wait() end))
equal(s:value(), 0)

--- sem_trywait takes one only if the value is positive, and never waits.
local s = semaphore(1)
equal(s:wait{timeout = 0}, true)
local got, why = s:wait{timeout = 0}
equal(got, nil)
equal(why, "would block")
equal(s:value(), 0)

--- sem_timedwait ends when the time is over.
local got, why = semaphore(0):wait{timeout = "20ms"}
equal(got, nil)
equal(why, "timeout")

--- sem_timedwait does not fail with a timeout if the semaphore can be had at once.
local s = semaphore(100)
for i = 1, 100 do equal(s:wait{timeout = "1us"}, true) end

--- sem_timedwait leaves the value as it was when its time is over.
local s = semaphore(0)
s:wait{timeout = "5ms"}
s:post()
equal(s:value(), 1)

--- sem_timedwait: a time that is none is EINVAL.
fails("bad time %-1: must be more than zero", function() semaphore(0):wait{timeout = -1} end)
fails("bad time soon|bad time \"soon\"", function() semaphore(0):wait{timeout = "soon"} end)

--- sem_post adds one if nobody waits.
local s = semaphore(0)
for i = 1, 5 do s:post() end
equal(s:value(), 5)

--- sem_post lets one of those through who wait, and the value stays zero.
local s, asked, through = semaphore(0), semaphore(0), semaphore(0)
local jobs = {}
for i = 1, 3 do jobs[i] = start(proc(function() asked:post() s:wait() through:post() end)) end
for i = 1, 3 do asked:wait() end
s:post()
through:wait()
equal(through:wait{timeout = 0.03}, nil)
equal(s:value(), 0)
s:post() s:post()
for i = 1, 3 do jobs[i]:wait() end

--- sem_post: EOVERFLOW above SEM_VALUE_MAX, and the value stays.
local max = 2147483647
local s = semaphore(max)
fails("value too large", s.post, s)
equal(s:value(), max)

--- sem_getvalue changes nothing.
local s = semaphore(4)
for i = 1, 3 do equal(s:value(), 4) end

--- sem_getvalue of one that is waited for is zero.
local s, asked = semaphore(0), semaphore(0)
local j = start(proc(function() asked:post() s:wait() end))
asked:wait()
equal(s:value(), 0)
s:post()
j:wait()

--- sem_close leaves the semaphore as it is for others.
local s, t = semaphore("/weir-case-a", 2), semaphore"/weir-case-a"
t:wait()
t:close()
equal(s:value(), 1)
fails("is closed", t.wait, t)
fails("is closed", t.post, t)
fails("is closed", t.value, t)

--- sem_unlink takes the name away at once, and who has the semaphore keeps it.
local s, t = semaphore("/weir-case-a", 0), semaphore"/weir-case-a"
s:unlink()
t:post()
equal(s:wait(), true)
fails("there is no semaphore", semaphore, "/weir-case-a")

--- sem_open after sem_unlink gives a new semaphore.
local s = semaphore("/weir-case-a", 5)
s:unlink()
local t = semaphore("/weir-case-a", 1)
equal(t:value(), 1)
equal(s:value(), 5)

--- sem_unlink: ENOENT if there is none of the name.
local s = semaphore("/weir-case-a", 5)
s:unlink()
fails("no such file or directory", s.unlink, s)
fails("has no name", function() semaphore(1):unlink() end)

--- sem_init with pshared: a semaphore in a region is every process's.
local m = shm{layout = "int x; sem_t s;"}
m.s:init(1)
run(proc(function() m.s:wait() end))
equal(m.s:value(), 0)

--- sem_init: a value above SEM_VALUE_MAX is EINVAL.
local max = 2147483647
local m = shm{layout = "sem_t s;"}
fails("out of range", function() m.s:init(-1) end)
fails("out of range", function() m.s:init(max + 1) end)
