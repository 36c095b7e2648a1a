package io.coalestra.signal;

/**
 * Follows what a builder does from its beginning to its end, as tracing needs it: builds
 * that leave the warm path or all, calls of sources, refreshes and publications.
 *
 * <p>
 * Called on the threads that do the work, so it must be quick and never block. What it
 * throws is contained, counted with the failures of sinks and logged once; it never
 * reaches a build. Safe for concurrent use.
 */
@FunctionalInterface
public interface ActivityWatcher {

	/**
	 * Watches nothing, at no cost.
	 */
	ActivityWatcher NONE = (activity) -> Watch.NONE;

	/**
	 * Something has begun. Called on the thread that began it: for a build the caller's.
	 * @param activity what
	 * @return follows it
	 */
	Watch begun(Activity activity);

	/**
	 * Returns whether builds are of interest that the cache alone answers. Asked when a
	 * build begins, and every build is told of then; otherwise one is told of when it
	 * leaves the warm path, so that those that do not cost nothing.
	 * @return by default false
	 */
	default boolean watchesWarmBuilds() {
		return false;
	}

}
