package io.coalestra.snapshot;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;

import io.coalestra.health.BuilderHealth;
import io.coalestra.key.ResourceKey;
import io.coalestra.publish.ResourcePublisher;

/**
 * Makes snapshots: the one object that an application shares and asks.
 *
 * <p>
 * A build whose keys are all fresh in the cache ends on the calling thread, waits for no
 * lock and makes no future. Otherwise equal reads are coalesced, also across builds, and
 * sources are called on virtual threads while the caller waits, until its deadline at the
 * latest. Giving up on a build never cancels a read that others wait for. Safe for
 * concurrent use.
 */
public interface SnapshotBuilder extends AutoCloseable {

	/**
	 * Makes a snapshot and waits for it.
	 * @param request what is asked for
	 * @return the snapshot; every required key has a value
	 * @throws SnapshotBuildException if a required key has none
	 * @throws IllegalStateException if the builder was closed
	 */
	Snapshot build(SnapshotRequest request);

	/**
	 * Makes a snapshot of required keys and waits for it.
	 * @param keys the keys, at least one
	 * @return the snapshot; every key has a value
	 * @throws SnapshotBuildException if a key has none
	 * @throws IllegalStateException if the builder was closed
	 */
	default Snapshot build(ResourceKey<?>... keys) {
		return build(SnapshotRequest.require(keys));
	}

	/**
	 * Makes a snapshot of required keys and waits for it.
	 * @param keys the keys, at least one
	 * @return the snapshot; every key has a value
	 * @throws SnapshotBuildException if a key has none
	 * @throws IllegalStateException if the builder was closed
	 */
	default Snapshot build(Collection<? extends ResourceKey<?>> keys) {
		return build(SnapshotRequest.require(keys));
	}

	/**
	 * Makes a snapshot without waiting for it.
	 * @param request what is asked for
	 * @return the snapshot to come, completed on a thread of the builder's executor
	 * unless the build never left the calling thread; it fails with
	 * {@link SnapshotBuildException}. Cancelling it gives up on the build
	 * @throws IllegalStateException if the builder was closed
	 */
	CompletableFuture<Snapshot> buildAsync(SnapshotRequest request);

	/**
	 * Makes a snapshot of required keys without waiting for it.
	 * @param keys the keys, at least one
	 * @return the snapshot to come, as in {@link #buildAsync(SnapshotRequest)}
	 * @throws IllegalStateException if the builder was closed
	 */
	default CompletableFuture<Snapshot> buildAsync(ResourceKey<?>... keys) {
		return buildAsync(SnapshotRequest.require(keys));
	}

	/**
	 * Returns the way of events into the cache.
	 * @return the publisher, always the same
	 */
	ResourcePublisher publisher();

	/**
	 * Returns the state of the builder. Asks no source, waits for no lock, and works
	 * after closing.
	 * @return the state
	 */
	BuilderHealth health();

	/**
	 * Removes entries that are too old to serve from the cache.
	 * @return how many were removed
	 */
	int prune();

	/**
	 * Forgets the remembered answers of {@code supports}.
	 */
	void forgetSupport();

	/**
	 * Closes every circuit of a source.
	 * @param source the source's name
	 * @return how many circuits were not closed
	 * @throws IllegalArgumentException if there is no such source
	 */
	int resetCircuits(String source);

	/**
	 * Waits until no background refresh is in progress.
	 * @param limit how long to wait at most
	 * @return true if none is; false when the limit passed first
	 * @throws InterruptedException if interrupted while waiting
	 */
	boolean awaitRefreshes(Duration limit) throws InterruptedException;

	/**
	 * Returns whether the builder was closed.
	 * @return true once {@link #close()} was called
	 */
	boolean isClosed();

	/**
	 * Closes the builder: no build begins any more, builds in progress fail what they
	 * still wait for, and calls in progress are interrupted. A second call does nothing.
	 */
	@Override
	void close();

}
