-- A list of booleans, filled and gone over.
local function sieve(n)
	local is = {}
	for i = 2, n do is[i] = true end
	for i = 2, math.floor(math.sqrt(n)) do
		if is[i] then
			for j = i * i, n, i do is[j] = false end
		end
	end
	local count = 0
	for i = 2, n do
		if is[i] then count = count + 1 end
	end
	return count
end
for _ = 1, 5 do print(sieve(300000)) end
