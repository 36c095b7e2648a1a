package io.coalestra.spring.boot.autoconfigure.tier;

import io.coalestra.spring.boot.autoconfigure.fault.ConfigurationFault;

/**
 * What keeps a tier from being made on the application's Redis.
 */
final class RedisTierFaults {

	private static final String WHERE = "The shared tier on Redis";

	private static final String REMEDY = ", declare a SharedTier bean of your own, or share nothing with "
			+ SharedTierRules.PREFIX + ".enabled: false.";

	static final ConfigurationFault NO_ADDRESS = new ConfigurationFault(WHERE,
			"finds no server in the DataRedisConnectionDetails (expected: standalone, sentinel or cluster)",
			"Name a server in them" + REMEDY);

	static final ConfigurationFault NO_CONNECTION = new ConfigurationFault(WHERE,
			"finds neither a LettuceConnectionFactory nor DataRedisConnectionDetails among the beans",
			"Add the dependency org.springframework.boot:spring-boot-starter-data-redis" + REMEDY);

	static final ConfigurationFault SEVERAL_CONNECTIONS = new ConfigurationFault(WHERE,
			"finds more than one LettuceConnectionFactory among the beans, none of them primary",
			"Mark one as @Primary" + REMEDY);

	static final ConfigurationFault LISTED_REPLICAS = new ConfigurationFault(WHERE,
			"cannot use a list of a master with its replicas, which carries no notices",
			"Name the master alone in spring.data.redis.host, or sentinels in spring.data.redis.sentinel" + REMEDY);

	private RedisTierFaults() {
	}

}
