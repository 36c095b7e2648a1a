package io.coalestra.test;

import java.time.Duration;
import java.util.Objects;

import io.coalestra.failure.ResourceFailure;
import io.coalestra.failure.SourceFailure;
import io.coalestra.key.ResourceKey;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotValue;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ObjectAssert;
import org.jspecify.annotations.Nullable;

/**
 * Assertions on a {@link Snapshot}.
 */
public final class SnapshotAssert extends AbstractAssert<SnapshotAssert, Snapshot> {

	SnapshotAssert(@Nullable Snapshot actual) {
		super(actual, SnapshotAssert.class);
	}

	private Snapshot snapshot() {
		isNotNull();
		return Objects.requireNonNull(this.actual);
	}

	private <T> SnapshotValue<T> valueOf(ResourceKey<T> key) {
		SnapshotValue<T> value = snapshot().findValue(key).orElse(null);
		if (value == null) {
			failWithMessage("%nExpected a value for <%s>, but %s", key, fateOf(key));
		}
		return Objects.requireNonNull(value);
	}

	private String fateOf(ResourceKey<?> key) {
		if (snapshot().isAbsent(key)) {
			return "a source said that it does not exist";
		}
		return snapshot().errorFor(key)
			.map((failure) -> "it failed: " + failure.message())
			.orElseGet(() -> snapshot().keys().contains(key) ? "there is none" : "it was not asked for");
	}

	/**
	 * Asserts that no key failed.
	 * @return this
	 */
	public SnapshotAssert isComplete() {
		if (!snapshot().isComplete()) {
			failWithMessage("%nExpected no failure, but there are:%n  %s",
					String.join("\n  ", snapshot().errors().values().stream().map(ResourceFailure::message).toList()));
		}
		return this;
	}

	/**
	 * Asserts that a key has a value.
	 * @param key the key
	 * @return this
	 */
	public SnapshotAssert has(ResourceKey<?> key) {
		valueOf(key);
		return this;
	}

	/**
	 * Asserts that a key has a value equal to another.
	 * @param <T> the value's type
	 * @param key the key
	 * @param expected the other
	 * @return this
	 */
	public <T> SnapshotAssert hasValue(ResourceKey<T> key, T expected) {
		T value = valueOf(key).value();
		if (!Objects.deepEquals(value, expected)) {
			failWithActualExpectedAndMessage(value, expected, "%nExpected for <%s>:%n  <%s>%nbut was:%n  <%s>", key,
					expected, value);
		}
		return this;
	}

	/**
	 * Goes on with a key's value.
	 * @param <T> the value's type
	 * @param key the key
	 * @return assertions on the value
	 */
	public <T> ObjectAssert<T> value(ResourceKey<T> key) {
		return Assertions.assertThat(valueOf(key).value()).as("the value of %s", key);
	}

	/**
	 * Asserts that a key was answered by a source or publisher.
	 * @param key the key
	 * @param source the name of the source or publisher
	 * @return this
	 */
	public SnapshotAssert isFrom(ResourceKey<?> key, String source) {
		String actualSource = valueOf(key).source();
		if (!actualSource.equals(source)) {
			failWithActualExpectedAndMessage(actualSource, source,
					"%nExpected <%s> to be from <%s>, but it is from <%s>", key, source, actualSource);
		}
		return this;
	}

	/**
	 * Asserts that a key's value is past its time to live.
	 * @param key the key
	 * @return this
	 */
	public SnapshotAssert isStale(ResourceKey<?> key) {
		if (!valueOf(key).stale()) {
			failWithMessage("%nExpected <%s> to be stale, but it is fresh", key);
		}
		return this;
	}

	/**
	 * Asserts that a key's value is within its time to live.
	 * @param key the key
	 * @return this
	 */
	public SnapshotAssert isFresh(ResourceKey<?> key) {
		SnapshotValue<?> value = valueOf(key);
		if (value.stale()) {
			failWithMessage("%nExpected <%s> to be fresh, but it is stale with an age of %s", key, value.age());
		}
		return this;
	}

	/**
	 * Asserts that a key's value came from the cache.
	 * @param key the key
	 * @return this
	 */
	public SnapshotAssert isFromCache(ResourceKey<?> key) {
		if (!valueOf(key).fromCache()) {
			failWithMessage("%nExpected <%s> to be from the cache, but it was read", key);
		}
		return this;
	}

	/**
	 * Asserts that the values were observed close together.
	 * @param limit the most between the oldest and the newest observation, inclusive
	 * @return this
	 */
	public SnapshotAssert isObservedWithin(Duration limit) {
		var instants = snapshot().values().values().stream().map(SnapshotValue::observedAt).sorted().toList();
		if (!instants.isEmpty()) {
			Duration spread = Duration.between(instants.getFirst(), instants.getLast());
			if (spread.compareTo(limit) > 0) {
				failWithMessage("%nExpected observations within %s, but they are %s apart", limit, spread);
			}
		}
		return this;
	}

	/**
	 * Asserts that a key's resource is known not to exist.
	 * @param key the key
	 * @return this
	 */
	public SnapshotAssert isAbsent(ResourceKey<?> key) {
		if (!snapshot().isAbsent(key)) {
			failWithMessage("%nExpected <%s> to be absent, but %s", key,
					snapshot().findValue(key).isPresent() ? "it has a value" : fateOf(key));
		}
		return this;
	}

	/**
	 * Asserts that a key failed.
	 * @param key the key
	 * @param kind what it comes to
	 * @return this
	 */
	public SnapshotAssert failed(ResourceKey<?> key, ResourceFailure.Kind kind) {
		ResourceFailure failure = failureOf(key);
		if (failure.kind() != kind) {
			failWithActualExpectedAndMessage(failure.kind(), kind, "%nExpected <%s> to fail as %s, but it failed as %s",
					key, kind, failure.kind());
		}
		return this;
	}

	/**
	 * Asserts that a source's attempt at a key failed, and no other source had a value.
	 * @param key the key
	 * @param source the source's name
	 * @return this
	 */
	public SnapshotAssert failedAt(ResourceKey<?> key, String source) {
		ResourceFailure failure = failureOf(key);
		if (failure.sources().stream().map(SourceFailure::source).noneMatch(source::equals)) {
			failWithMessage("%nExpected <%s> to have failed at <%s>, but: %s", key, source, failure.message());
		}
		return this;
	}

	private ResourceFailure failureOf(ResourceKey<?> key) {
		ResourceFailure failure = snapshot().errorFor(key).orElse(null);
		if (failure == null) {
			failWithMessage("%nExpected <%s> to have failed, but %s", key,
					snapshot().findValue(key).isPresent() ? "it has a value" : fateOf(key));
		}
		return Objects.requireNonNull(failure);
	}

}
