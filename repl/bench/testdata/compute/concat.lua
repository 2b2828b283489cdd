-- A text of many pieces, joined at the end by table.concat.
local size = 0
for round = 1, 3 do
	local pieces = {}
	for i = 1, 100000 do pieces[#pieces + 1] = "piece " .. i end
	size = size + #table.concat(pieces, ", ")
end
print(size)
