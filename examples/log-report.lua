-- A log report: one log is read once, and eight questions are answered at a time.
--
-- Look at: tee, which gives each of the eight a copy, and graph(report): the log
-- goes through one relay, by tee(2), and nobody reads it twice. "first" leaves
-- after one line, and the others do not notice.

if sys.os == "windows" then
  print("this example needs the Unix programs awk, cut, grep, sed, sort and uniq, which Windows has not")
  os.exit(0)
end

local function log()
  local methods, pages = { "GET", "GET", "GET", "POST" }, { "/", "/about", "/shop", "/shop/cart", "/login" }
  local seed = 42
  local function random(n) seed = (seed * 1103515245 + 12345) % 2147483648 return math.floor(seed / 65536) % n + 1 end
  for i = 1, 20000 do
    local status = random(50) == 1 and 500 or random(12) == 1 and 404 or 200
    print(("10.0.0.%d %s %s %d %d"):format(random(40), methods[random(4)], pages[random(5)], status, random(9000)))
  end
end

-- Each question answers with one line, and the merge keeps lines whole.
local report = proc(log) | tee(
  cmd("awk", 'END { print "requests:", NR }'),
  cmd("awk", 'NR == 1 { print "first:", $3; exit }'),
  cmd("awk", '$4 >= 500 { n++ } END { print "failed:", n }'),
  cmd("awk", '$4 == 404 { n++ } END { print "not found:", n }'),
  cmd("awk", '{ n += $5 } END { print "bytes:", n }'),
  sh"cut -d' ' -f1" | "sort -u" | cmd("awk", 'END { print "hosts:", NR }'),
  sh"grep -c POST" | cmd("sed", "s/^/posts: /"),
  sh"cut -d' ' -f3" | "sort" | "uniq -c" | "sort -k1,1nr -k2" | cmd("awk", 'NR == 1 { print "favourite:", $2 }')
)
run(report | "sort")
