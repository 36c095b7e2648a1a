package io.coalestra.spring.boot.autoconfigure.tier;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What {@code coalestra.shared-tier.*} says of the use of a SharedTier bean.
 *
 * @param enabled Whether the auto-configured builder uses the SharedTier bean, if there
 * is one.
 * @param budget By how much a build may be slower for asking the tier, however many keys
 * it reads.
 * @param writeLimit After which a write or a notice, for which nobody waits, counts as
 * failed.
 * @param failureThreshold How many failures in a row leave the tier alone.
 * @param recoveryTimeout For how long it is left alone before one request probes.
 * @param heartbeat How often nodes hear of each other; the same for all.
 * @param maxLife How long the tier keeps a value at the most.
 * @param maxPending How many keys may wait to be written while the tier does not take
 * them.
 * @param deflateFrom From which size on a payload is deflated where that helps.
 * @param types Comma-separated list of patterns of the types that are shared
 * ("market:*"). All types when it is not set.
 */
@ConfigurationProperties("coalestra.shared-tier")
public record SharedTierProperties(@DefaultValue("true") boolean enabled, @DefaultValue("50ms") Duration budget,
		@DefaultValue("1s") Duration writeLimit, @DefaultValue("3") int failureThreshold,
		@DefaultValue("2s") Duration recoveryTimeout, @DefaultValue("1s") Duration heartbeat,
		@DefaultValue("1h") Duration maxLife, @DefaultValue("10000") int maxPending,
		@DefaultValue("4KB") DataSize deflateFrom, @Nullable List<String> types) {

	/**
	 * Copies.
	 */
	public SharedTierProperties {
		types = (types != null) ? List.copyOf(types) : null;
	}

}
