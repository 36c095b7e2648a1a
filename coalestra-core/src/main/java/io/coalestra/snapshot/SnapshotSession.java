package io.coalestra.snapshot;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;

import io.coalestra.key.ResourceKey;

/**
 * Several stages of reading that agree: what one stage has seen stays as it is for all
 * that follow, under one id and one deadline.
 *
 * <p>
 * A value, once seen, is <em>pinned</em>: neither its time to live, nor a publication,
 * nor a later stage replaces it, and what is derived later is derived from it. Only
 * {@link #revalidate} replaces pinned values, and then all that it concerns or none: no
 * reader of {@link #snapshot()} ever sees a part of it. A key that failed stays failed
 * until a request says {@link SnapshotRequest#retryErrors()}.
 *
 * <p>
 * Every snapshot of a session shows all that it has resolved so far, not only what the
 * last stage asked for. Safe for concurrent use: stages run one after another in the
 * order in which they were begun, and each waits for its turn within its own deadline;
 * {@code snapshot()} waits for nothing. What is read fills the cache for everybody, as by
 * any build, but for values that are derived from older ones than the cache holds.
 */
public interface SnapshotSession extends AutoCloseable {

	/**
	 * Returns the id that all snapshots of the session share.
	 * @return the id
	 */
	String id();

	/**
	 * Returns when the session was opened.
	 * @return the time of day
	 */
	Instant createdAt();

	/**
	 * Reads what is not pinned yet, and waits for it. The request's id is not used, and
	 * its deadline counts where it ends before the session's. Its policies judge all of
	 * its keys, pinned ones too, at the time of the call; only keys that this stage has
	 * read are repaired.
	 * @param request what is asked for
	 * @return everything that the session has resolved so far; every required key of the
	 * request has a value
	 * @throws SnapshotBuildException if a required key has none, or a policy is not met;
	 * what was read is pinned all the same
	 * @throws SessionClosedException if the session was closed
	 * @throws IllegalStateException if the builder was closed
	 */
	Snapshot resolve(SnapshotRequest request);

	/**
	 * Reads required keys that are not pinned yet, and waits for them.
	 * @param keys the keys, at least one
	 * @return everything that the session has resolved so far; every key has a value
	 * @throws SnapshotBuildException if a key has none
	 * @throws SessionClosedException if the session was closed
	 * @throws IllegalStateException if the builder was closed
	 */
	default Snapshot resolve(ResourceKey<?>... keys) {
		return resolve(SnapshotRequest.require(keys));
	}

	/**
	 * Reads what is not pinned yet, without waiting for it.
	 * @param request what is asked for
	 * @return the snapshot to come, as from {@link #resolve(SnapshotRequest)}, or what
	 * that throws; cancelling it gives up on the stage, which then pins nothing, and has
	 * no effect once the stage has changed the session
	 * @throws SessionClosedException if the session was closed
	 * @throws IllegalStateException if the builder was closed
	 */
	CompletableFuture<Snapshot> resolveAsync(SnapshotRequest request);

	/**
	 * Reads what is not pinned yet, waits for it, and says what it came to instead of
	 * throwing.
	 * @param request what is asked for
	 * @return what it came to, by the request's degradation policy; rejected where the
	 * session was closed
	 * @throws IllegalStateException if the builder was closed
	 */
	SnapshotResult tryResolve(SnapshotRequest request);

	/**
	 * Reads pinned keys again, with everything that was derived from them, and replaces
	 * all of it at once, or nothing.
	 *
	 * <p>
	 * A fresh value in the cache serves, unless the request says
	 * {@link SnapshotRequest#bypassCache()}. It counts as failed when any of the keys, or
	 * of the visible values derived from them, gets no value, required or not; and when a
	 * policy of the request is not met.
	 * @param request which keys; each is pinned, whether it was asked for or is an input
	 * of what was
	 * @return everything that the session holds now
	 * @throws SnapshotBuildException if nothing was replaced; its snapshot is what the
	 * session holds still
	 * @throws IllegalArgumentException if a key is not pinned
	 * @throws SessionClosedException if the session was closed
	 * @throws IllegalStateException if the builder was closed
	 */
	Snapshot revalidate(SnapshotRequest request);

	/**
	 * Reads pinned keys again, with everything that was derived from them, and replaces
	 * all of it at once, or nothing.
	 * @param keys the keys, at least one
	 * @return everything that the session holds now
	 * @throws SnapshotBuildException if nothing was replaced
	 * @throws IllegalArgumentException if a key is not pinned
	 * @throws SessionClosedException if the session was closed
	 * @throws IllegalStateException if the builder was closed
	 */
	default Snapshot revalidate(ResourceKey<?>... keys) {
		return revalidate(SnapshotRequest.require(keys));
	}

	/**
	 * Reads pinned keys again without waiting for them.
	 * @param request which keys
	 * @return the snapshot to come, as from {@link #revalidate(SnapshotRequest)}, or what
	 * that throws, an {@link IllegalArgumentException} for a key that is not pinned among
	 * it; cancelling it gives up on the stage, and then nothing is replaced, and has no
	 * effect once the stage has changed the session
	 * @throws SessionClosedException if the session was closed
	 * @throws IllegalStateException if the builder was closed
	 */
	CompletableFuture<Snapshot> revalidateAsync(SnapshotRequest request);

	/**
	 * Reads pinned keys again, waits for them, and says what it came to instead of
	 * throwing.
	 * @param request which keys
	 * @return accepted if all of it was replaced; else rejected, with what the session
	 * holds still, or without a snapshot where it was closed
	 * @throws IllegalArgumentException if a key is not pinned
	 * @throws IllegalStateException if the builder was closed
	 */
	SnapshotResult tryRevalidate(SnapshotRequest request);

	/**
	 * Reads pinned keys from their sources again, whatever is cached, with everything
	 * that was derived from them, and replaces all of it at once, or nothing.
	 * @param keys the keys, at least one
	 * @return everything that the session holds now
	 * @throws SnapshotBuildException if nothing was replaced
	 * @throws IllegalArgumentException if a key is not pinned
	 * @throws SessionClosedException if the session was closed
	 * @throws IllegalStateException if the builder was closed
	 */
	default Snapshot forceRefresh(ResourceKey<?>... keys) {
		return revalidate(SnapshotRequest.require(keys).bypassCache());
	}

	/**
	 * Returns everything that the session has resolved so far. Waits for nothing.
	 * @return the snapshot: the same values until a stage has changed something, and for
	 * each caller own copies of those that are not immutable
	 * @throws SessionClosedException if the session was closed
	 */
	Snapshot snapshot();

	/**
	 * Returns whether the session was closed.
	 * @return true once {@link #close()} was called
	 */
	boolean isClosed();

	/**
	 * Closes the session: no stage begins any more, and one that is at work, or waits for
	 * its turn, ends at once with a {@link SessionClosedException}, having changed
	 * nothing. Waits for nothing. A second call does nothing.
	 */
	@Override
	void close();

}
