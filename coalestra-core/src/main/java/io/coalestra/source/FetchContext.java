package io.coalestra.source;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

import io.coalestra.key.ResourceKey;

/**
 * What a source is told about the call that it serves.
 *
 * <p>
 * A call may serve several builds at once; the context is that of the build that caused
 * it, and the deadline the latest of those who wait. Safe for concurrent use.
 */
public interface FetchContext {

	/**
	 * Returns when the build began.
	 * @return the time of day
	 */
	Instant requestedAt();

	/**
	 * Returns until when an answer is of use.
	 * @return the time of day, or empty when there is no bound
	 */
	Optional<Instant> deadline();

	/**
	 * Returns how much time the call has left: the least of the source's time limit and
	 * the deadline.
	 * @return the time left, not negative, or empty when there is no bound
	 */
	Optional<Duration> remaining();

	/**
	 * Returns what the caller handed in with the request, as it was when the build began.
	 * @return an unmodifiable map; entries that are not proven immutable are copies of
	 * this call's own
	 */
	Map<String, Object> metadata();

	/**
	 * Returns the id of the snapshot that the build will make.
	 * @return the id
	 */
	String snapshotId();

	/**
	 * Returns which call this is, retries counted.
	 * @return 1 for the first
	 */
	int attempt();

	/**
	 * Returns the version that this source gave with the value that is cached for a key:
	 * the source may answer {@link Payload#notModified()} if it still stands.
	 * @param key the key
	 * @return the source's own version, or empty when none of its is cached
	 */
	Optional<String> knownVersion(ResourceKey<?> key);

}
