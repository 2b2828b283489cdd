-- Arithmetic on the fields of tables: planets, by symplectic integration.
local function body(x, y, z, vx, vy, vz, mass) return {x = x, y = y, z = z, vx = vx, vy = vy, vz = vz, mass = mass} end
local sun = 4 * math.pi ^ 2
local year = 365.24
local bodies = {
	body(0, 0, 0, 0, 0, 0, sun),
	body(4.84143144246472090, -1.16032004402742839, -0.103622044471123109,
		0.00166007664274403694 * year, 0.00769901118419740425 * year, -0.0000690460016972063023 * year, 0.000954791938424326609 * sun),
	body(8.34336671824457987, 4.12479856412430479, -0.403523417114321381,
		-0.00276742510726411454 * year, 0.00499852801234917238 * year, 0.0000230417297573763929 * year, 0.000285885980666130812 * sun),
	body(12.8943695621391310, -15.1111514016986312, -0.223307578892655734,
		0.00296460137564761618 * year, 0.00237847173959480950 * year, -0.0000296589568540237556 * year, 0.0000436624404335156298 * sun),
	body(15.3796971148509165, -25.9193146099879641, 0.179258772950371181,
		0.00268067772490389322 * year, 0.00162824170038242295 * year, -0.0000951592254519715870 * year, 0.0000515138902046611451 * sun),
}

local function advance(dt)
	local n = #bodies
	for i = 1, n do
		local a = bodies[i]
		local ax, ay, az, am, vx, vy, vz = a.x, a.y, a.z, a.mass, a.vx, a.vy, a.vz
		for j = i + 1, n do
			local b = bodies[j]
			local dx, dy, dz = ax - b.x, ay - b.y, az - b.z
			local square = dx * dx + dy * dy + dz * dz
			local force = dt / (square * math.sqrt(square))
			local bm = b.mass * force
			vx, vy, vz = vx - dx * bm, vy - dy * bm, vz - dz * bm
			bm = am * force
			b.vx, b.vy, b.vz = b.vx + dx * bm, b.vy + dy * bm, b.vz + dz * bm
		end
		a.vx, a.vy, a.vz = vx, vy, vz
		a.x, a.y, a.z = ax + dt * vx, ay + dt * vy, az + dt * vz
	end
end

local function energy()
	local e = 0
	for i, a in ipairs(bodies) do
		e = e + 0.5 * a.mass * (a.vx ^ 2 + a.vy ^ 2 + a.vz ^ 2)
		for j = i + 1, #bodies do
			local b = bodies[j]
			e = e - a.mass * b.mass / math.sqrt((a.x - b.x) ^ 2 + (a.y - b.y) ^ 2 + (a.z - b.z) ^ 2)
		end
	end
	return e
end

for _ = 1, 100000 do advance(0.01) end
print(("%.6f"):format(energy()))
