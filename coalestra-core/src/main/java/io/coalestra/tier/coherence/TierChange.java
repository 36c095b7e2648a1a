package io.coalestra.tier.coherence;

import java.util.Objects;

import io.coalestra.tier.TierKey;
import io.coalestra.tier.TierVersion;
import org.jspecify.annotations.Nullable;

/**
 * A key's new state in a shared tier: a newer value, or a removal.
 *
 * @param key the key
 * @param version the version that the tier holds since, or null where it is not known:
 * whatever a node has is then to be compared before it is used
 */
public record TierChange(TierKey key, @Nullable TierVersion version) {

	/**
	 * Checks.
	 */
	public TierChange {
		Objects.requireNonNull(key, "key");
	}

	/**
	 * Returns the one of two changes of a key that says all that both say.
	 * @param other a change of the same key
	 * @return the newer one; one of unknown version, if either is
	 */
	TierChange with(TierChange other) {
		if (this.version == null || other.version == null) {
			return (this.version == null) ? this : other;
		}
		return (other.version.compareTo(this.version) >= 0) ? other : this;
	}

}
