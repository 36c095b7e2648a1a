package io.coalestra.source;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.policy.KeyPattern;
import io.coalestra.policy.Resilience;

/**
 * Collects what describes a source of any kind. Not safe for concurrent use.
 *
 * @param <T> the values' type
 * @param <S> the kind of source
 * @param <B> the kind of builder
 */
public abstract sealed class SourceBuilder<T, S extends Source, B extends SourceBuilder<T, S, B>>
		permits SingleSource.Builder, BatchSource.Builder, DerivedSource.Builder {

	private SourceScope scope;

	private final SourceSettings.Builder settings = new SourceSettings.Builder();

	SourceBuilder(SourceScope scope) {
		this.scope = scope;
	}

	abstract B self();

	abstract S build(SourceScope scope, SourceSettings settings);

	/**
	 * Makes the source.
	 * @return the source, immutable
	 * @throws IllegalArgumentException if the settings contradict each other
	 */
	public S build() {
		try {
			return build(this.scope, this.settings.build());
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("source \"" + this.scope.name() + "\": " + ex.getMessage(), ex);
		}
	}

	/**
	 * Narrows the keys that the source supports, beyond their types.
	 * @param predicate answers whether a key is supported; pure and quick, as its answers
	 * are remembered
	 * @return this
	 */
	public B supports(Predicate<? super ResourceKey<?>> predicate) {
		this.scope = this.scope.narrowedBy(predicate);
		return self();
	}

	/**
	 * Widens the source to all types that match a pattern as well.
	 * @param pattern the pattern
	 * @return this
	 */
	public B alsoFor(KeyPattern pattern) {
		this.scope = this.scope.widenedBy(pattern);
		return self();
	}

	/**
	 * Sets the order of asking.
	 * @param value the priority; the highest is asked first, equal ones in order of
	 * registration
	 * @return this
	 */
	public B priority(int value) {
		return set((values) -> values.priority(value));
	}

	/**
	 * Sets how long one call may take, once it has a permit.
	 * @param value the limit: more than zero
	 * @return this
	 * @throws IllegalArgumentException if the limit is not positive
	 */
	public B timeout(Duration value) {
		return set((values) -> values.timeout(value));
	}

	/**
	 * Sets how long a call may wait for a permit; where none is set, as long as it may
	 * take.
	 * @param value the limit: more than zero
	 * @return this
	 * @throws IllegalArgumentException if the limit is not positive
	 */
	public B queueTimeout(Duration value) {
		return set((values) -> values.queueTimeout(value));
	}

	/**
	 * Sets how many calls may run at a time.
	 * @param value the limit: 1 or more
	 * @return this
	 * @throws IllegalArgumentException if the limit is below 1
	 */
	public B maxConcurrency(int value) {
		return set((values) -> values.maxConcurrency(value));
	}

	/**
	 * Lets the limit on calls follow the latency.
	 * @param value the rule
	 * @return this
	 */
	public B adaptiveConcurrency(AdaptiveConcurrency value) {
		return set((values) -> values.adaptiveConcurrency(value));
	}

	/**
	 * Declares that the source blocks, and that its own client ends a call after this
	 * time: below {@code timeout}, so that the client ends it first.
	 * @param value the client's limit: more than zero
	 * @return this
	 * @throws IllegalArgumentException if the limit is not positive
	 */
	public B transportTimeout(Duration value) {
		return set((values) -> values.transportTimeout(value));
	}

	/**
	 * Declares that the source blocks, with no more said of its client's time limit than
	 * {@link #transportTimeout(Duration)} says: without that, its calls are not sure to
	 * end, and a builder lets it in only where unsafe sources are allowed.
	 * @return this
	 */
	public B blocking() {
		return set(SourceSettings.Builder::blocking);
	}

	/**
	 * Declares that the source never blocks. It still runs off the caller's thread.
	 * @return this
	 */
	public B nonBlocking() {
		return set(SourceSettings.Builder::nonBlocking);
	}

	/**
	 * Declares that the source only reads memory, and calls it on the thread of the
	 * build. What runs there cannot be interrupted by a time limit: how far a call
	 * overran is measured and reported, not prevented.
	 * @return this
	 */
	public B inline() {
		return set(SourceSettings.Builder::inline);
	}

	/**
	 * Sets how the source's failures are met, in place of the builder's default.
	 * @param value the policy
	 * @return this
	 */
	public B resilience(Resilience value) {
		return set((values) -> values.resilience(value));
	}

	/**
	 * Lets the next source be asked as well when this one has not answered in time; the
	 * first fresh answer wins.
	 * @param value after how long: more than zero
	 * @return this
	 * @throws IllegalArgumentException if the delay is not positive
	 */
	public B hedgeAfter(Duration value) {
		return set((values) -> values.hedgeAfter(value));
	}

	/**
	 * Sets what becomes of a call that nobody waits for any more.
	 * @param value the rule
	 * @return this
	 */
	public B abandonedCalls(AbandonedCalls value) {
		return set((values) -> values.abandonedCalls(value));
	}

	/**
	 * Asks {@code supports} anew each time, for a source whose answer changes.
	 * @return this
	 */
	public B forgetSupport() {
		return set(SourceSettings.Builder::forgetSupport);
	}

	B widen(ResourceType<? extends T> type) {
		this.scope = this.scope.widenedBy(type);
		return self();
	}

	B set(Consumer<SourceSettings.Builder> change) {
		try {
			change.accept(this.settings);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("source \"" + this.scope.name() + "\": " + ex.getMessage(), ex);
		}
		return self();
	}

}
