-- Tables gone over by pairs and by ipairs.
local list, map = {}, {}
for i = 1, 10000 do list[i], map["key " .. i] = i, i end
local sum = 0
for _ = 1, 250 do
	for _, v in ipairs(list) do sum = sum + v end
	for _, v in pairs(list) do sum = sum + v end
	for k, v in pairs(map) do sum = sum + v end
end
print(("%.0f"):format(sum))
