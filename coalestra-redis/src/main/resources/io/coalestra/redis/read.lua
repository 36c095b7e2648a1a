-- Reads entries with the server's time and the incarnation, which it begins where there is none.
-- KEYS[1]: where the incarnation is; KEYS[2..]: the entries' keys.
-- ARGV[1..2]: an incarnation to begin with, and its life in milliseconds.
local clock = redis.call('TIME')
if not redis.call('GET', KEYS[1]) then
	local info = redis.pcall('INFO', 'replication')
	local history = type(info) == 'string' and string.match(info, 'master_replid:(%x+)') or ''
	redis.call('SET', KEYS[1], ARGV[1] .. '@' .. history, 'PX', ARGV[2])
end
local answer = redis.call('MGET', unpack(KEYS))
answer[#answer + 1] = string.format('%.0f', clock[1] * 1000000 + clock[2])
return answer
