return {
  title = "Ordinary pipes, and their ends",
  rows = { "L10" },
  text = [[
A pipe joins one process's output to another's input, as the shell's | does. It ends in two
ways. When the last writer has left, the reader comes to the end of the file. And when the
last reader has left?

yes writes "y" for ever; head takes two lines and ends.]],
  code = [[
local r = run("yes" | "head -n 2")
local function ending(s) return s.signal or "status " .. s.code end
print("head: " .. ending(r.stages[2]) .. ", yes: " .. ending(r.stages[1]))
run("seq 2" | function()
  for line in io.lines() do print("read " .. line) end
  print("end of file")
end)
]],
  question = "What becomes of yes when head has left?",
  choices = {
    "it writes on until run stops it, and the run fails",
    "it ends by itself, with status 0",
    "its next write ends it, by the signal SIGPIPE",
  },
  seen = function(run)
    local yes = run.output:match("yes: ([^\n]+)")
    if yes == "SIGPIPE" then return 3 end
    if yes == "status 0" then return 2 end
    if yes or run.error then return 1 end
  end,
  remarks = {
    [1] = "Here yes was not ended by SIGPIPE: a program that ignores it sees an error of write instead.",
  },
  why = [[
To write into a pipe that nobody can read any more is a broken pipe, and its signal ends
whoever has not asked for something else; pipe(7). So a pipeline comes to its end from both
sides, and a writer that ended like that has not failed. Both work only where nobody else
holds an end open: weir holds none.]],
  try = [[
run("seq 1 1000000" | "grep 7" | "wc -l")
:explain "yes" | "head -n 2"
:run example:pipe]],
}
