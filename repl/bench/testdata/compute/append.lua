-- Texts that grow by .. in a loop, each step a new string.
local size = 0
for round = 1, 60 do
	local s = ""
	for i = 1, 3000 do s = s .. i .. "," end
	size = size + #s
end
print(size)
