-- Functions that are made in a loop, and variables that they share.
local function counter(step)
	local n = 0
	return function() n = n + step return n end, function() return n end
end
local sum = 0
for i = 1, 400000 do
	local up, get = counter(i)
	for _ = 1, 5 do up() end
	sum = sum + get()
end
local function map(list, f)
	local out = {}
	for i = 1, #list do out[i] = f(list[i]) end
	return out
end
local list = {}
for i = 1, 1000 do list[i] = i end
for i = 1, 600 do list = map(list, function(x) return (x + i) % 1009 end) end
for i = 1, #list do sum = sum + list[i] end
print(sum)
