package io.coalestra.source;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What a source answers for one key: a value with what it knows about it, or that there
 * is none, or that it has not changed.
 *
 * <p>
 * Immutable apart from the value itself, which the engine copies unless it proves it
 * immutable. Each method returns a new payload.
 *
 * @param <T> the value's type
 */
public final class Payload<T> {

	private static final Payload<?> ABSENT = new Payload<>(Kind.ABSENT, null, null, null, null, null, Map.of(),
			Set.of());

	private static final Payload<?> NOT_MODIFIED = new Payload<>(Kind.NOT_MODIFIED, null, null, null, null, null,
			Map.of(), Set.of());

	private final Kind kind;

	private final @Nullable T value;

	private final @Nullable Instant observedAt;

	private final @Nullable String version;

	private final @Nullable Duration ttl;

	private final @Nullable Duration maxStale;

	private final Map<String, Object> metadata;

	private final Set<String> tags;

	private Payload(Kind kind, @Nullable T value, @Nullable Instant observedAt, @Nullable String version,
			@Nullable Duration ttl, @Nullable Duration maxStale, Map<String, Object> metadata, Set<String> tags) {
		this.kind = kind;
		this.value = value;
		this.observedAt = observedAt;
		this.version = version;
		this.ttl = ttl;
		this.maxStale = maxStale;
		this.metadata = metadata;
		this.tags = tags;
	}

	/**
	 * Answers with a value, observed when the call began unless
	 * {@linkplain #observedAt(Instant) said otherwise}.
	 * @param <T> the value's type
	 * @param value the value
	 * @return the payload
	 */
	public static <T> Payload<T> of(T value) {
		Objects.requireNonNull(value, "value: null (expected: a value; say Payload.absent() where there is none)");
		return new Payload<>(Kind.VALUE, value, null, null, null, null, Map.of(), Set.of());
	}

	/**
	 * Answers that the resource does not exist: an answer like any other, which ends the
	 * chain and is cached for the policy's own time for it.
	 * @param <T> the value's type
	 * @return the payload
	 */
	@SuppressWarnings("unchecked") // holds no value
	public static <T> Payload<T> absent() {
		return (Payload<T>) ABSENT;
	}

	/**
	 * Answers that the value is still the one whose version the source was handed in
	 * {@link FetchContext#knownVersion}: its time to live begins anew, and the value
	 * stays the same object.
	 * @param <T> the value's type
	 * @return the payload
	 */
	@SuppressWarnings("unchecked") // holds no value
	public static <T> Payload<T> notModified() {
		return (Payload<T>) NOT_MODIFIED;
	}

	/**
	 * Says when the fact was true.
	 * @param instant the time of observation
	 * @return the payload
	 */
	public Payload<T> observedAt(Instant instant) {
		return new Payload<>(this.kind, this.value, Objects.requireNonNull(instant, "observedAt"), this.version,
				this.ttl, this.maxStale, this.metadata, this.tags);
	}

	/**
	 * Gives the source's own version of the value, such as an HTTP entity tag; it is
	 * handed back at the next read.
	 * @param sourceVersion the version; not blank
	 * @return the payload
	 */
	public Payload<T> version(String sourceVersion) {
		if (sourceVersion.isBlank()) {
			throw new IllegalArgumentException("version: \"" + sourceVersion + "\" (expected: not blank)");
		}
		return new Payload<>(this.kind, this.value, this.observedAt, sourceVersion, this.ttl, this.maxStale,
				this.metadata, this.tags);
	}

	/**
	 * Sets how long this very value is fresh, in place of the policy's time to live. The
	 * age up to which it may serve stays the policy's, or {@link #usableFor(Duration) its
	 * own}; where that is less, it serves as long as it is fresh.
	 * @param span how long: zero or more
	 * @return the payload
	 */
	public Payload<T> freshFor(Duration span) {
		if (span.isNegative()) {
			throw new IllegalArgumentException("freshFor: " + span + " (expected: not negative)");
		}
		return new Payload<>(this.kind, this.value, this.observedAt, this.version, span, this.maxStale, this.metadata,
				this.tags);
	}

	/**
	 * Sets how long this very value may serve at all, in place of the policy's.
	 * @param age the age, inclusive: zero or more; less than the time to live counts as
	 * the time to live
	 * @return the payload
	 */
	public Payload<T> usableFor(Duration age) {
		if (age.isNegative()) {
			throw new IllegalArgumentException("usableFor: " + age + " (expected: not negative)");
		}
		return new Payload<>(this.kind, this.value, this.observedAt, this.version, this.ttl, age, this.metadata,
				this.tags);
	}

	/**
	 * Adds an entry to the metadata that travels with the value.
	 * @param name the entry's name
	 * @param entry the entry; immutable, or it is copied as the value is
	 * @return the payload
	 */
	public Payload<T> metadata(String name, Object entry) {
		Map<String, Object> more = new LinkedHashMap<>(this.metadata);
		more.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(entry, "entry"));
		return new Payload<>(this.kind, this.value, this.observedAt, this.version, this.ttl, this.maxStale,
				Collections.unmodifiableMap(more), this.tags);
	}

	/**
	 * Tags the value, so that it can be invalidated together with all others of the tag.
	 * @param names the tags; not blank
	 * @return the payload
	 */
	public Payload<T> tags(String... names) {
		Set<String> more = new LinkedHashSet<>(this.tags);
		for (String name : names) {
			if (name.isBlank()) {
				throw new IllegalArgumentException("tag: \"" + name + "\" (expected: not blank)");
			}
		}
		more.addAll(List.of(names));
		return new Payload<>(this.kind, this.value, this.observedAt, this.version, this.ttl, this.maxStale,
				this.metadata, Collections.unmodifiableSet(more));
	}

	/**
	 * Returns what kind of answer this is.
	 * @return the kind
	 */
	public Kind kind() {
		return this.kind;
	}

	/**
	 * Returns the value.
	 * @return the value, or null where {@link #kind()} is not {@link Kind#VALUE}
	 */
	public @Nullable T value() {
		return this.value;
	}

	/**
	 * Returns when the fact was true.
	 * @return the time of observation, or null when the source did not say
	 */
	public @Nullable Instant observedAt() {
		return this.observedAt;
	}

	/**
	 * Returns the source's own version.
	 * @return the version, or null when the source gave none
	 */
	public @Nullable String version() {
		return this.version;
	}

	/**
	 * Returns the value's own time to live.
	 * @return the time to live, or null where the policy's applies
	 */
	public @Nullable Duration ttl() {
		return this.ttl;
	}

	/**
	 * Returns the age up to which this very value may serve.
	 * @return the age, or null where the policy's applies
	 */
	public @Nullable Duration maxStale() {
		return this.maxStale;
	}

	/**
	 * Returns the metadata.
	 * @return an unmodifiable map, empty when there is none
	 */
	public Map<String, Object> metadata() {
		return this.metadata;
	}

	/**
	 * Returns the tags.
	 * @return an unmodifiable set, empty when there are none
	 */
	public Set<String> tags() {
		return this.tags;
	}

	@Override
	public String toString() {
		return (this.kind == Kind.VALUE) ? "Payload[" + this.value + "]" : "Payload[" + this.kind + "]";
	}

	/**
	 * What kind of answer a payload is.
	 */
	public enum Kind {

		/** A value. */
		VALUE,

		/** The resource does not exist. */
		ABSENT,

		/** The value that the engine knows still stands. */
		NOT_MODIFIED

	}

}
