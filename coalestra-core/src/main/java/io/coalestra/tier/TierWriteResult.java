package io.coalestra.tier;

import java.util.Objects;

import io.coalestra.cache.WriteStatus;
import org.jspecify.annotations.Nullable;

/**
 * What came of a write.
 *
 * @param status what came of it; a fill that is too late is
 * {@link WriteStatus#IGNORED_INVALIDATED}
 * @param current the version that the tier holds now, or null where it holds none
 */
public record TierWriteResult(WriteStatus status, @Nullable TierVersion current) {

	/**
	 * Checks.
	 */
	public TierWriteResult {
		Objects.requireNonNull(status, "status");
	}

	/**
	 * Returns whether the write took effect.
	 * @return true if it was stored
	 */
	public boolean isStored() {
		return this.status == WriteStatus.STORED;
	}

}
