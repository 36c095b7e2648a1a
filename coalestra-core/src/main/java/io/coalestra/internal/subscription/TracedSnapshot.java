package io.coalestra.internal.subscription;

import io.coalestra.cache.Revision;
import io.coalestra.snapshot.Snapshot;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot that tells which revisions it is made of, without a copy of any payload.
 */
public interface TracedSnapshot extends Snapshot {

	/**
	 * Returns what the key at a position came out as.
	 * @param position the position in {@link #keys()}
	 * @return the revision, or null where the key failed
	 */
	@Nullable Revision<?> revision(int position);

	/**
	 * Returns whether the value at a position is delivered as stale.
	 * @param position the position in {@link #keys()}
	 * @return true if it is
	 */
	boolean isStale(int position);

	/**
	 * Returns whether it was made without a call of any source.
	 * @return false if a source was called on its behalf
	 */
	boolean isMadeWithoutCalls();

}
