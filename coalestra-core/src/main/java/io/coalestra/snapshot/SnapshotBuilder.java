package io.coalestra.snapshot;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.coalestra.health.BuilderHealth;
import io.coalestra.health.HealthComponent;
import io.coalestra.health.PayloadCopyHealth;
import io.coalestra.key.ResourceKey;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.KeyPattern;
import io.coalestra.policy.KeyPolicies;
import io.coalestra.policy.SourceAuthority;
import io.coalestra.publish.ResourcePublisher;
import io.coalestra.source.SourceDescription;
import io.coalestra.source.SourceSettings;

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
	 * @return the snapshot; every required key has a value, and the request's policies
	 * are met
	 * @throws SnapshotBuildException if a required key has none
	 * @throws SnapshotConsistencyException if the values were observed too far apart
	 * @throws SnapshotAcceptanceException if the values are not good enough
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
	 * Makes a snapshot, waits for it, and says what it came to instead of throwing.
	 * @param request what is asked for
	 * @return what it came to, by the request's degradation policy
	 * @throws IllegalStateException if the builder was closed
	 */
	SnapshotResult tryBuild(SnapshotRequest request);

	/**
	 * Makes a snapshot without waiting for it, and says what it came to instead of
	 * throwing.
	 * @param request what is asked for
	 * @return the result to come, as in {@link #buildAsync(SnapshotRequest)}; it fails
	 * only when it is cancelled
	 * @throws IllegalStateException if the builder was closed
	 */
	CompletableFuture<SnapshotResult> tryBuildAsync(SnapshotRequest request);

	/**
	 * Makes several snapshots at once, each within its own deadline, waits for all of
	 * them, and says what each came to. What several of them need is read once. An
	 * interrupt gives up on those that are still being made.
	 * @param requests what is asked for
	 * @return what each came to, in the order of the requests
	 * @throws IllegalStateException if the builder was closed
	 */
	List<SnapshotResult> tryBuildAll(Collection<SnapshotRequest> requests);

	/**
	 * Opens a session: several stages of reading that agree.
	 * @param options its deadline, its metadata and its name
	 * @return the session, to be closed by the caller
	 * @throws IllegalStateException if the builder was closed
	 */
	SnapshotSession openSession(SessionOptions options);

	/**
	 * Opens a session without a deadline.
	 * @return the session, to be closed by the caller
	 * @throws IllegalStateException if the builder was closed
	 */
	default SnapshotSession openSession() {
		return openSession(SessionOptions.DEFAULT);
	}

	/**
	 * Delivers snapshots of a request as things change: one at first, and then a new one
	 * whenever a key of the request, or anything that such a key is computed from, got
	 * another value in the cache or was invalidated.
	 *
	 * <p>
	 * Each snapshot is the newest at the time of its delivery. A subscriber that asks for
	 * less than there are changes misses those between, never the last, and holds up
	 * nobody. A snapshot that says what the one before it did is not delivered. A build
	 * that fails delivers nothing and is tried again, at growing intervals up to a
	 * minute; a key that need not have a value is better asked for as optional.
	 *
	 * <p>
	 * Nothing is read again just because time passes. Deliveries run on the builder's
	 * executor, one after another, never on the thread that made the change. A subscriber
	 * that throws has cancelled. When the builder closes, the subscriber is told that it
	 * is complete.
	 * @param request what is asked for
	 * @param subscriber takes the snapshots; told of its subscription during the call
	 * @throws IllegalStateException if the builder was closed
	 */
	void subscribe(SnapshotRequest request, Flow.Subscriber<? super Snapshot> subscriber);

	/**
	 * Returns what the subscriptions have done.
	 * @return the statistics
	 */
	SubscriptionStatistics subscriptions();

	/**
	 * Returns the way of events into the cache.
	 * @return the publisher, always the same
	 */
	ResourcePublisher publisher();

	/**
	 * Replaces the freshness of keys. What is cached is judged by the new policies from
	 * the next read on; values that are pinned in sessions stay.
	 * @param policies the policies
	 */
	void replaceFreshness(KeyPolicies<Freshness> policies);

	/**
	 * Replaces the ranks of sources. What is cached is ranked anew by the name of its
	 * source, when it is read next or something is to replace it; values that are pinned
	 * in sessions keep their rank.
	 * @param policies the ranks
	 */
	void replaceAuthority(KeyPolicies<SourceAuthority> policies);

	/**
	 * Changes how many source calls run at a time, over all builds. Where it shrinks,
	 * calls in progress go on.
	 * @param limit the limit: 1 or more
	 */
	void replaceMaxConcurrency(int limit);

	/**
	 * Changes how a source is called, from its next call on: time limits, limits on calls
	 * and keys, retry and circuit, hedging, abandoned calls. A circuit of which the
	 * policy changes is a new one, closed. Its priority, its window, whether it is inline
	 * and whether its limit is adaptive cannot change.
	 * @param source the source's name
	 * @param changes sets what changes
	 * @throws IllegalArgumentException if there is no such source, a value is out of its
	 * bounds, something is to change that cannot, or calls would no longer be sure to
	 * end; nothing has changed then
	 */
	void adjustSource(String source, Consumer<SourceSettings.Builder> changes);

	/**
	 * Reads all cached keys of a pattern again in the background, however fresh they are.
	 * @param pattern the pattern
	 * @return how many are being read again
	 */
	default int refresh(KeyPattern pattern) {
		return refreshIf((key) -> pattern.matches(key.type()));
	}

	/**
	 * Reads all cached keys that meet a condition again in the background, however fresh
	 * they are, all together. Until their values come, the cached ones stay. Visits the
	 * whole cache.
	 * @param condition the condition; quick
	 * @return how many are being read again, also those that were before
	 */
	int refreshIf(Predicate<? super ResourceKey<?>> condition);

	/**
	 * Returns the state of the builder. Asks no source, waits for no lock, and works
	 * after closing.
	 * @return the state
	 */
	BuilderHealth health();

	/**
	 * Lets something that works beside the builder report with it, in
	 * {@link BuilderHealth#components()}. Adding it again changes nothing.
	 * @param component what reports
	 * @throws IllegalArgumentException if another component has its name
	 */
	void addHealthComponent(HealthComponent component);

	/**
	 * Returns what is known of the sources.
	 * @return the sources in the order in which they are asked
	 */
	List<SourceDescription> sources();

	/**
	 * Returns what copying payloads has come to.
	 * @return the state
	 */
	PayloadCopyHealth payloadCopies();

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
	 * Closes the builder as {@link CloseOptions#DEFAULT} says. A second call does
	 * nothing. What does not end in time ends later, and is logged.
	 * @throws IllegalStateException if something that was handed to the builder failed to
	 * close; everything else was closed all the same
	 */
	@Override
	default void close() {
		if (isClosed()) {
			return;
		}
		List<Throwable> failures = close(CloseOptions.DEFAULT).failures();
		if (!failures.isEmpty()) {
			IllegalStateException thrown = new IllegalStateException("the builder was closed, but not all that it held",
					failures.getFirst());
			failures.stream().skip(1).forEach(thrown::addSuppressed);
			throw thrown;
		}
	}

	/**
	 * Closes the builder: no build begins any more, reads in progress end or fail, calls
	 * in progress are interrupted, what was handed over is closed, and sinks take what
	 * their buffers hold. Every step is taken, whatever becomes of the others; health
	 * works on. An interrupt ends the waiting, not the closing.
	 * @param options how much time each step has
	 * @return what it came to; for a call that is not the first, what the first came to,
	 * or no steps while that is going on
	 */
	CloseReport close(CloseOptions options);

	/**
	 * Waits until the builder is closed and nothing of it is left: no call of a source,
	 * no buffer's thread, no resource that is being closed.
	 * @param limit how long to wait at most
	 * @return true if nothing is left; false when the limit passed first
	 * @throws InterruptedException if interrupted while waiting
	 */
	boolean awaitTermination(Duration limit) throws InterruptedException;

}
