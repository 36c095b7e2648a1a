package io.coalestra.publish;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
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
 * Safe for concurrent use.
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
	 * policy tolerates
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
	 * policy tolerates; nothing is written then
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

}
