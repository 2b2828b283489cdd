-- A supervised server: it crashes, is started again, and its clients lose nothing.
--
-- Look at: :restart, which keeps the pipe open while the server is away: the client
-- sees no end of file and no broken pipe, and what it writes meanwhile waits there. A
-- crash takes along what the server has read and not answered; this one reads a line
-- at a time, and crashes between two.

if sys.os == "windows" then
  print("this example needs the Unix shell bash, which Windows has not")
  os.exit(0)
end

local server = cmd("bash", "-c", [[
  for i in 1 2 3 4; do
    read -r request || exit 0
    echo "answer to $request"
  done
  exit 7]])

local requests = cmd("bash", "-c", "for i in {1..10}; do echo request $i; done")
local r = run(requests | server:restart { on = "failure", max = 5, within = "10s", backoff = "10ms" } | "cat")
print("the server was started again " .. r.stages[2].restarts .. " times")
