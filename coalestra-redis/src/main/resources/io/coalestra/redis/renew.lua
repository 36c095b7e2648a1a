-- Prolongs a lease. KEYS: the lease. ARGV: what it must hold, and the new life in milliseconds.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
	return 0
end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
