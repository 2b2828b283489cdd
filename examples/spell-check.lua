-- A spell checker, as in the first paper on pipes: the words that no list has.
--
-- Look at: the chain that makes one word a line of any text, and comm, whose second
-- file is a topology: the word list, sorted on its way.

if sys.os == "windows" then
  print("this example needs the Unix programs tr, sort and comm, which Windows has not")
  os.exit(0)
end

local words = text[[
the
quick
brown
fox
jumps
over
lazy
dog
and
runs
away
]]
local page = text[[
The quick brown fox jumsp over the lazy dog,
and the dog runs awya.
]]

local check = page | "tr -cs A-Za-z '\\n'" | "tr A-Z a-z" | "sort -u" | cmd("comm", "-23", "-", words | "sort -u")
run(check)
