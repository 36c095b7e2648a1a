package io.coalestra.internal.verdict;

import io.coalestra.cache.Revision;
import org.jspecify.annotations.Nullable;

/**
 * The values that are to be judged, at the positions of their keys in the request.
 */
public interface Candidates {

	/**
	 * Returns the value of a key.
	 * @param position the key's position
	 * @return the value, or null where the key has none
	 */
	@Nullable Revision<?> at(int position);

	/**
	 * Returns whether a value is past its time to live.
	 * @param position the position of a key that has a value
	 * @return true if it is
	 */
	boolean isStale(int position);

}
