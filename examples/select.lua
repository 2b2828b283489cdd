-- Waiting for several: one receiver serves two mechanisms, and notices when it is to stop.
--
-- Look at: select sleeps at the ring, the queue and the event at once, and gives the first
-- that is ready and what it held. No order is laid down: who is ready is served.

local requests, orders, stop = ring(), queue(), event()

local server = proc(function()
  local served = { [requests] = 0, [orders] = 0 }
  while true do
    local which, message = select { requests, orders, stop }
    if which == stop or message == nil then
      break -- nil: nobody is left who could send
    end
    served[which] = served[which] + 1
    print(message)
  end
  print(("%d requests, %d orders"):format(served[requests], served[orders]))
end)

local function client(channel, name)
  return proc(function()
    for i = 1, 3 do
      channel:send(name .. i)
    end
  end)
end

local job = start(server)
run(client(requests, "request "), client(orders, "order "))
repeat -- what was sent is served before the event ends the server
  time.sleep(0.01)
until requests:stat().messages == 0 and orders:stat().messages == 0
stop:set()
job:wait()
