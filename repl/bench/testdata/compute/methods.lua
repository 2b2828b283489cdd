-- Objects: methods found by __index, one class inherited from another.
local Account = {}
Account.__index = Account
function Account.new(class, n) return setmetatable({balance = n}, class) end
function Account:deposit(n) self.balance = self.balance + n end
function Account:withdraw(n) self:deposit(-n) end
local Counted = setmetatable({}, {__index = Account})
Counted.__index = Counted
function Counted:deposit(n)
	self.count = (self.count or 0) + 1
	Account.deposit(self, n)
end
local plain, counted = Account:new(0), Counted:new(0)
for i = 1, 1500000 do
	plain:deposit(i)
	counted:withdraw(1)
end
print(plain.balance, counted.balance, counted.count)
