-- Writes entries, each against what is stored for its key.
-- KEYS[1]: where the incarnation is; KEYS[2..]: the entries' keys.
-- ARGV[1..4]: an incarnation to begin with, its life, the longest fill in microseconds, the least life of a removal;
-- then six for each key: kind, life, entry, and of a fill's token the incarnation, the time and the mark.
-- Lives are in milliseconds. Answers two for each key: what came of it, and the version now stored.
local WORD = 4294967296

local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]

local incarnation = redis.call('GET', KEYS[1])
local known

-- Names the history of what is stored here. It is another after a failover and after a restart, by either of which what was
-- written last may be lost. It is empty where the user may not ask (INFO).
local function history()
	if not known then
		local info = redis.pcall('INFO', 'replication')
		known = type(info) == 'string' and string.match(info, 'master_replid:(%x+)') or ''
	end
	return known
end

local function begin()
	incarnation = ARGV[1] .. '@' .. history()
	redis.call('SET', KEYS[1], incarnation, 'PX', ARGV[2])
end

if not incarnation then
	begin()
end

local function numberAt(entry, place)
	local high, low = struct.unpack('>I4I4', entry, place)
	return high * WORD + low
end

local function generationOf(entry)
	return numberAt(entry, 17)
end

local function isExpired(entry)
	return numberAt(entry, 25) <= math.floor(now / 1000)
end

-- For how long fills may still come that a generation refuses: it is the time of its removal, or of its forced write.
local function fenceOf(generation)
	local least = tonumber(ARGV[4])
	return generation == 0 and 0 or math.min(least, math.ceil((generation - now) / 1000) + least)
end

-- Of rank, order's high word and its low word, the first that differs decides.
local function compare(new, old)
	local rank, high, low = struct.unpack('>I4I4I4', new, 5)
	local oldRank, oldHigh, oldLow = struct.unpack('>I4I4I4', old, 5)
	if rank ~= oldRank then
		return (rank > oldRank) and 2 or -2
	end
	if high ~= oldHigh then
		return (high > oldHigh) and 1 or -1
	end
	if low ~= oldLow then
		return (low > oldLow) and 1 or -1
	end
	return 0
end

-- A removal that would refuse the fill may be lost with the end of another history.
local function isTooLate(generation, token, readAt, mark)
	if history() ~= '' and string.match(incarnation, '@(%x*)$') ~= history() then
		begin()
	end
	local age = now - readAt
	return token ~= incarnation or age < 0 or age > tonumber(ARGV[3]) or generation ~= mark
end

local function decide(kind, new, old)
	if kind == 'I' or kind == 'F' or not old then
		return 'S'
	end
	local order = compare(new, old)
	if order == -2 then
		return 'A'
	end
	if order == -1 then
		return 'O'
	end
	local removal = string.byte(old, 3) == 1
	local equalStays = kind == 'U' or kind == 'L' or (kind == 'E' and removal)
	return (order == 0 and equalStays) and 'D' or 'S'
end

local function number(value)
	local high = math.floor(value / WORD)
	return struct.pack('>I4I4', high, value - high * WORD)
end

local answer = {}
for i = 2, #KEYS do
	local at = 5 + (i - 2) * 6
	local kind, life, new = ARGV[at], tonumber(ARGV[at + 1]), ARGV[at + 2]
	local old = redis.call('GET', KEYS[i])
	if old and (#old < 32 or string.byte(old, 1) ~= 192) then
		old = false
	end
	local generation = old and generationOf(old) or 0
	-- What has expired is kept for its generation alone.
	if old and isExpired(old) then
		old = false
	end
	local status
	if kind == 'L' and isTooLate(generation, ARGV[at + 3], tonumber(ARGV[at + 4]), tonumber(ARGV[at + 5])) then
		status = 'T'
	else
		status = decide(kind, new, old)
	end
	local stored = old
	if status == 'S' then
		if kind == 'I' or kind == 'D' or kind == 'F' then
			generation = math.max(generation + 1, now)
		end
		if kind == 'I' or kind == 'D' then
			life = math.max(life, tonumber(ARGV[4]))
		end
		local expiry = math.floor(now / 1000) + life
		stored = string.sub(new, 1, 16) .. number(generation) .. number(expiry) .. string.sub(new, 33)
		-- A value that takes a removal's place is read for its own life, and refuses for as long as the removal.
		redis.call('SET', KEYS[i], stored, 'PX', string.format('%.0f', math.max(life, fenceOf(generation))))
	end
	answer[#answer + 1] = status
	answer[#answer + 1] = stored and string.sub(stored, 1, 32) or ''
end
return answer
