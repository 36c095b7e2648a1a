-- Claims a lease. KEYS: the lease, and the last fencing number.
-- ARGV: the holder, the life in milliseconds, and how long the number is remembered, in milliseconds.
-- Answers the fencing number; or an empty text, and for how many milliseconds the lease is still held.
local held = redis.call('PTTL', KEYS[1])
if held ~= -2 then
	return { '', string.format('%.0f', held) }
end
local clock = redis.call('TIME')
local last = tonumber(redis.call('GET', KEYS[2]) or '0')
local fencing = string.format('%.0f', math.max(last + 1, clock[1] * 1000000 + clock[2]))
redis.call('SET', KEYS[1], fencing .. ':' .. ARGV[1], 'PX', ARGV[2])
redis.call('SET', KEYS[2], fencing, 'PX', ARGV[3])
return { fencing, '0' }
