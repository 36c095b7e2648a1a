package io.coalestra.publish;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

import io.coalestra.cache.WriteRule;
import io.coalestra.key.ResourceKey;
import io.coalestra.policy.KeyPattern;

/**
 * Puts what events bring into the cache, and takes out what no longer holds.
 *
 * <p>
 * A publication replaces what is cached by authority first, then by time of observation.
 * An event is never lost to a read that began before it. No operation waits for a source.
 *
 * <p>
 * What is <em>published</em> is in the cache when the call returns. What is
 * <em>submitted</em> is copied and checked during the call, and written soon after by
 * another thread, in the order of submission; an operation that does not submit does not
 * wait for those that did. An event without a time counts as observed when it was handed
 * in. Safe for concurrent use; once the publisher or its builder is closed, everything
 * but {@link #submissions()} and {@link #flush} throws {@link IllegalStateException}.
 */
public interface ResourcePublisher {

	/**
	 * Publishes a value that is true now.
	 * @param <T> the value's type
	 * @param key the key
	 * @param value the value
	 * @param source who says so
	 * @return what came of it
	 */
	default <T> PublishResult publish(ResourceKey<T> key, T value, String source) {
		return publish(ResourceUpdate.of(key, value, source));
	}

	/**
	 * Publishes a value that was true at some time.
	 * @param <T> the value's type
	 * @param key the key
	 * @param value the value
	 * @param source who says so
	 * @param observedAt when it was true
	 * @return what came of it
	 */
	default <T> PublishResult publish(ResourceKey<T> key, T value, String source, Instant observedAt) {
		return publish(ResourceUpdate.of(key, value, source).observedAt(observedAt));
	}

	/**
	 * Publishes an update.
	 * @param update the update
	 * @return what came of it
	 * @throws IllegalArgumentException if it was observed further in the future than the
	 * policy tolerates, or its value is not of the key's type
	 * @throws io.coalestra.failure.PayloadIsolationException if its value can neither be
	 * proven immutable nor be copied
	 */
	default PublishResult publish(ResourceUpdate<?> update) {
		return publishAll(List.of(update)).getFirst();
	}

	/**
	 * Publishes several updates, which become visible together: a snapshot sees all that
	 * were accepted, or none.
	 * @param updates the updates; of several for one key the one of highest authority and
	 * then latest observation counts, and of equals the last
	 * @return what came of each key, in order of first appearance; empty for no updates
	 * @throws IllegalArgumentException if one was observed further in the future than the
	 * policy tolerates, or a value is not of its key's type; nothing is written then
	 * @throws io.coalestra.failure.PayloadIsolationException if a value can neither be
	 * proven immutable nor be copied; nothing is written then
	 */
	default List<PublishResult> publishAll(Collection<? extends ResourceUpdate<?>> updates) {
		return publishAll(updates, WriteRule.MONOTONIC);
	}

	/**
	 * Publishes several updates by a rule.
	 * @param updates the updates, as in {@link #publishAll(Collection)}
	 * @param rule the rule by which they replace what is cached
	 * @return what came of each key, in order of first appearance
	 */
	List<PublishResult> publishAll(Collection<? extends ResourceUpdate<?>> updates, WriteRule rule);

	/**
	 * Removes a key from the cache. What a read that is in progress will bring is handed
	 * to those who wait for it, but not stored.
	 * @param key the key
	 * @return true if it was cached
	 */
	boolean invalidate(ResourceKey<?> key);

	/**
	 * Removes all keys whose type matches a pattern.
	 * @param pattern the pattern
	 * @return how many were cached
	 */
	default int invalidate(KeyPattern pattern) {
		return invalidateIf((key) -> pattern.matches(key.type()));
	}

	/**
	 * Removes all keys that meet a condition. Visits the whole cache.
	 * @param condition the condition; quick
	 * @return how many were cached
	 */
	int invalidateIf(Predicate<? super ResourceKey<?>> condition);

	/**
	 * Makes everything that carries a tag unusable at once, in constant time.
	 * @param tag the tag
	 */
	void invalidateTag(String tag);

	/**
	 * Makes everything unusable at once.
	 */
	void clear();

	/**
	 * Submits an update, to be written soon. Never waits.
	 * @param update the update, captured before the call returns
	 * @return what will come of it. Cancelling it before it is written withdraws it, and
	 * has no effect later; completing it in another way, as by {@code orTimeout},
	 * withdraws nothing. Stages that depend on it run on the thread that writes, so let
	 * long ones be asynchronous
	 * @throws BacklogFullException if as many submissions as may be are pending
	 * @throws IllegalArgumentException if it was observed further in the future than the
	 * policy tolerates, or its value is not of the key's type
	 * @throws io.coalestra.failure.PayloadIsolationException if its value can neither be
	 * proven immutable nor be copied
	 */
	CompletableFuture<PublishResult> submit(ResourceUpdate<?> update);

	/**
	 * Submits several updates, to be written soon and together, as one submission. Never
	 * waits.
	 * @param updates the updates, captured before the call returns
	 * @return what will come of them, as in {@link #submit}
	 * @throws BacklogFullException if as many submissions as may be are pending
	 * @throws IllegalArgumentException if one was observed further in the future than the
	 * policy tolerates, or a value is not of its key's type
	 * @throws io.coalestra.failure.PayloadIsolationException if a value can neither be
	 * proven immutable nor be copied
	 */
	default CompletableFuture<List<PublishResult>> submitAll(Collection<? extends ResourceUpdate<?>> updates) {
		return submitAll(updates, WriteRule.MONOTONIC);
	}

	/**
	 * Submits several updates by a rule.
	 * @param updates the updates, as in {@link #submitAll(Collection)}
	 * @param rule the rule by which they replace what is cached
	 * @return what will come of them, as in {@link #submit}
	 * @throws BacklogFullException if as many submissions as may be are pending
	 */
	CompletableFuture<List<PublishResult>> submitAll(Collection<? extends ResourceUpdate<?>> updates, WriteRule rule);

	/**
	 * Submits the removal of a key: what was submitted before it is removed, what is
	 * submitted after it stays. Never waits.
	 * @param key the key
	 * @return whether it will have been cached, as in {@link #submit}
	 * @throws BacklogFullException if as many submissions as may be are pending
	 */
	CompletableFuture<Boolean> submitInvalidation(ResourceKey<?> key);

	/**
	 * Waits until everything is written that was submitted before the call. What came of
	 * it is told by the futures alone.
	 * @param limit how long to wait at most: more than zero
	 * @return true if all is written; false when the limit passed first, which withdraws
	 * nothing
	 * @throws InterruptedException if interrupted while waiting
	 */
	boolean flush(Duration limit) throws InterruptedException;

	/**
	 * Returns what was submitted so far.
	 * @return the statistics
	 */
	SubmissionStatistics submissions();

}
