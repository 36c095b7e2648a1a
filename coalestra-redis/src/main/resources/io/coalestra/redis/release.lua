-- Gives a lease back. KEYS: the lease. ARGV: what it must hold.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
	return 0
end
return redis.call('DEL', KEYS[1])
