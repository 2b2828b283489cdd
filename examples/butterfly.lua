-- A butterfly: eight lanes in three ranks, where each lane is joined to every other.
--
-- Look at: the pipes that cross, and the descriptors. In rank r, lane i exchanges with
-- the lane whose number differs in bit r, as in a fast Fourier transform: it reads its
-- own lane at 0 and its partner's at 3, and writes to its own at 1 and to its partner's
-- at 4. Each begins with its own number; in the end every lane has the sum of all
-- eight. No shell can write this.

if sys.os == "windows" then
  print("this example needs the Unix shell sh, which Windows has not")
  os.exit(0)
end

local lanes, ranks = 8, 3

local function partner(lane, rank)
  local bit = 2 ^ rank
  return math.floor(lane / bit) % 2 == 0 and lane + bit or lane - bit
end

-- The pipes of each rank, and what is read in the end.
local own, across, sums = {}, {}, pipe()
for rank = 0, ranks do
  own[rank], across[rank] = {}, {}
  for lane = 0, lanes - 1 do own[rank][lane], across[rank][lane] = pipe(), pipe() end
end

local all = {}
for lane = 0, lanes - 1 do
  local begin = cmd("sh", "-c", "echo $0; echo $0 >&4", lane)
  all[#all + 1] = begin:named("in" .. lane):fd(4, across[0][partner(lane, 0)]) | own[0][lane]
  for rank = 0, ranks - 1 do
    local last = rank == ranks - 1
    local node = cmd("sh", "-c", last and "read a; read b <&3; echo lane $0: $((a + b))"
      or "read a; read b <&3; echo $((a + b)); echo $((a + b)) >&4", lane):named(("r%dl%d"):format(rank, lane))
    node = node:fd(3, across[rank][lane], "r")
    if not last then node = node:fd(4, across[rank + 1][partner(lane, rank + 1)]) end
    all[#all + 1] = own[rank][lane] | node | (last and sums or own[rank + 1][lane])
  end
end
all[#all + 1] = sums | "sort"

local r = run(unpack(all))
print(#r.stages .. " processes, " .. 2 * lanes * ranks + 1 .. " pipes")
