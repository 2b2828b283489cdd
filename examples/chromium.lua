-- A multiprocess application: a browser process and a renderer for each tab.
--
-- Look at: the browser talks to each renderer through a connection of its own.
-- One renderer is killed: the browser sees the end of that connection, only that
-- tab is lost, and the others answer as before. Then the tab comes back, with a
-- new renderer.

local path = os.tmpname() -- makes a file of that name
os.remove(path)
local address = "unix:" .. path

-- The renderer: a page's name in, what is to be seen out.
local function renderer()
  print(self().pid)
  for page in io.lines() do print("[" .. page .. "]") end
end

local renderers = start(listen(address, renderer))

local function open(name)
  local tab = { name = name, connection = socket(address) }
  tab.pid = tab.connection:read("l")
  return tab
end

local function show(tab, page)
  local seen
  if tab.connection:receive { timeout = 0 } == nil then -- nothing unread
    local sent = pcall(tab.connection.send, tab.connection, page)
    seen = sent and tab.connection:read("l")
  end
  print(("%-6s %s"):format(tab.name, seen or "He's dead, Jim!"))
  return seen
end

local tabs = { open("news"), open("mail"), open("maps") }
for _, tab in ipairs(tabs) do show(tab, tab.name .. ".html") end

print("the renderer of mail is killed")
os.execute("kill -KILL " .. tabs[2].pid) -- weir tells of it on stderr
for i, tab in ipairs(tabs) do
  if not show(tab, "page 2") then
    tabs[i] = open(tab.name)
    print("mail is loaded again, by another process: " .. tostring(tabs[i].pid ~= tab.pid))
    show(tabs[i], "page 2")
  end
end

for _, tab in ipairs(tabs) do tab.connection:close() end
renderers:kill()
renderers:wait()
