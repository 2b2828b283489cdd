-- Commit statistics of the repository that one stands in.
--
-- Look at: one git log, four questions; where there is no repository a small log of
-- the example's own is read instead.

if sys.os == "windows" then
  print("this example needs git, and the Unix programs awk, cut, sort and uniq, which Windows has not")
  os.exit(0)
end

local here = run(cmd("git", "log", "-1", "--format=%h"):err(file"/dev/null") | file("/dev/null", "w"), { check = false })
local history
if here.ok then
  history = cmd("git", "log", "--no-merges", "--format=%ad %s", "--date=format:%a")
else
  print("there is no repository here: a small log of the example's own")
  history = text"Mon a: begin\nMon a: go on\nTue b: mend\nFri a: end\n"
end

run(history | tee(
  cmd("awk", 'END { print "1 commits: " NR }'),
  cmd("awk", '{ n[$1]++ } END { for (d in n) if (n[d] > n[best]) best = d; print "2 busiest day: " best }'),
  cmd("awk", '{ l = length($0) - 4; if (l > max) max = l } END { print "3 longest subject: " max " characters" }'),
  sh"cut -d' ' -f2" | "sort" | "uniq -c" | "sort -k1,1nr -k2" | cmd("awk", 'NR == 1 { print "4 most about: " $2 }')
) | "sort")
