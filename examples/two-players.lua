-- Two players: a dialogue over two pipes, each one's output the other's input.
--
-- Look at: loop(a | b). There is no relay and no third process: two pipes, joined
-- crosswise. When the guesser has found the number it ends, and the other one sees
-- the end of its input.

local function guesser()
  local low, high, heard = 1, 1000, {}
  repeat
    local guess = math.floor((low + high) / 2)
    print(guess)
    io.flush() -- the other waits for this line
    local answer = io.read()
    heard[#heard + 1] = ("is it %d? %s"):format(guess, answer)
    if answer == "higher" then low = guess + 1 elseif answer == "lower" then high = guess - 1 end
  until answer == "yes"
  return table.concat(heard, "\n")
end

local function keeper(secret)
  for line in io.lines() do
    local n = tonumber(line)
    print(n == secret and "yes" or n < secret and "higher" or "lower")
    io.flush()
  end
end

local dialogue = loop(proc(guesser) | proc(keeper, 421))
graph(dialogue)
print(run(dialogue).stages[1].value)
