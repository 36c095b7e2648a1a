package io.coalestra.snapshot;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceKeys;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asks for: keys, of which it requires some, and the limits of patience and
 * age.
 *
 * <p>
 * Compiled once, when it is made: it holds its keys in order with an index over them, so
 * that a request that is kept and built again costs nothing but the reads. Immutable and
 * safe for concurrent use; each method returns a new request.
 */
public final class SnapshotRequest {

	private static final Options DEFAULTS = new Options(null, null, null, CacheUse.READ, Map.of(), null);

	private final ResourceKeys keys;

	private final int requiredCount;

	private final Options options;

	private SnapshotRequest(ResourceKeys keys, int requiredCount, Options options) {
		this.keys = keys;
		this.requiredCount = requiredCount;
		this.options = options;
	}

	/**
	 * Asks for keys that must have a value: if one has none, the build fails.
	 * @param keys the keys, at least one; duplicates collapse onto their first position
	 * @return the request
	 * @throws IllegalArgumentException if there is no key
	 */
	public static SnapshotRequest require(ResourceKey<?>... keys) {
		return required(ResourceKeys.of(keys));
	}

	/**
	 * Asks for keys that must have a value: if one has none, the build fails.
	 * @param keys the keys, at least one; duplicates collapse onto their first position
	 * @return the request
	 * @throws IllegalArgumentException if there is no key
	 */
	public static SnapshotRequest require(Collection<? extends ResourceKey<?>> keys) {
		return required(ResourceKeys.of(keys));
	}

	/**
	 * Asks for keys that may have a value: those that have none are reported, and fail
	 * nothing.
	 * @param keys the keys, at least one; duplicates collapse onto their first position
	 * @return the request
	 * @throws IllegalArgumentException if there is no key
	 */
	public static SnapshotRequest prefer(Collection<? extends ResourceKey<?>> keys) {
		return new SnapshotRequest(requireNotEmpty(ResourceKeys.of(keys)), 0, DEFAULTS);
	}

	/**
	 * Asks for keys that may have a value: those that have none are reported, and fail
	 * nothing.
	 * @param keys the keys, at least one; duplicates collapse onto their first position
	 * @return the request
	 * @throws IllegalArgumentException if there is no key
	 */
	public static SnapshotRequest prefer(ResourceKey<?>... keys) {
		return prefer(Arrays.asList(keys));
	}

	private static SnapshotRequest required(ResourceKeys keys) {
		return new SnapshotRequest(requireNotEmpty(keys), keys.size(), DEFAULTS);
	}

	private static ResourceKeys requireNotEmpty(ResourceKeys keys) {
		if (keys.isEmpty()) {
			throw new IllegalArgumentException("keys: none (expected: at least one)");
		}
		return keys;
	}

	/**
	 * Adds keys that may have a value: those that have none are reported, and fail
	 * nothing.
	 * @param more the keys
	 * @return the request
	 * @throws IllegalArgumentException if one of them is required already
	 */
	public SnapshotRequest optional(ResourceKey<?>... more) {
		return optional(Arrays.asList(more));
	}

	/**
	 * Adds keys that may have a value: those that have none are reported, and fail
	 * nothing.
	 * @param more the keys
	 * @return the request
	 * @throws IllegalArgumentException if one of them is required already
	 */
	public SnapshotRequest optional(Collection<? extends ResourceKey<?>> more) {
		List<ResourceKey<?>> both = more.stream()
			.filter(this::isRequired)
			.collect(ArrayList::new, List::add, List::addAll);
		if (!both.isEmpty()) {
			throw new IllegalArgumentException("optional: " + both + " (expected: keys that are not required as well)");
		}
		List<ResourceKey<?>> all = new ArrayList<>(this.keys);
		all.addAll(more);
		return new SnapshotRequest(ResourceKeys.of(all), this.requiredCount, this.options);
	}

	/**
	 * Sets when the build ends at the latest: keys that have no value by then fail.
	 * @param span how long after the build began; more than zero
	 * @return the request
	 */
	public SnapshotRequest deadline(Duration span) {
		requirePositive("deadline", span);
		return with(new Options(span, this.options.softDeadline, this.options.maxAge, this.options.cacheUse,
				this.options.metadata, this.options.snapshotId));
	}

	/**
	 * Sets when the build stops waiting for what it can do without: optional keys that
	 * have no value by then are reported as still loading, and stale values stand in
	 * where their policy lets them. Required keys that have nothing usable are waited for
	 * until the deadline. The reads go on and fill the cache.
	 * @param span how long after the build began; more than zero
	 * @return the request
	 */
	public SnapshotRequest softDeadline(Duration span) {
		requirePositive("softDeadline", span);
		return with(new Options(this.options.deadline, span, this.options.maxAge, this.options.cacheUse,
				this.options.metadata, this.options.snapshotId));
	}

	/**
	 * Sets how old a cached value may be for this request, where that is less than its
	 * time to live. An older one counts as missing, and does not stand in either. What a
	 * source answers is taken as it is.
	 * @param age the age, inclusive; zero or more
	 * @return the request
	 */
	public SnapshotRequest maxAge(Duration age) {
		if (age.isNegative()) {
			throw new IllegalArgumentException("maxAge: " + age + " (expected: not negative)");
		}
		return with(new Options(this.options.deadline, this.options.softDeadline, age, this.options.cacheUse,
				this.options.metadata, this.options.snapshotId));
	}

	/**
	 * Reads every key from its sources, whatever is cached. A read that is in progress is
	 * joined only if its source has not been called yet. Stale values do not stand in.
	 * @return the request
	 */
	public SnapshotRequest bypassCache() {
		return with(new Options(this.options.deadline, this.options.softDeadline, this.options.maxAge, CacheUse.BYPASS,
				this.options.metadata, this.options.snapshotId));
	}

	/**
	 * Hands something to the sources, by {@code FetchContext.metadata()}.
	 * @param name the entry's name
	 * @param value the entry
	 * @return the request
	 */
	public SnapshotRequest metadata(String name, Object value) {
		Map<String, Object> more = new LinkedHashMap<>(this.options.metadata);
		more.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
		return with(new Options(this.options.deadline, this.options.softDeadline, this.options.maxAge,
				this.options.cacheUse, Collections.unmodifiableMap(more), this.options.snapshotId));
	}

	/**
	 * Names the snapshot, as where a caller's own id is to be found again in the logs.
	 * @param id the id; not blank
	 * @return the request
	 */
	public SnapshotRequest snapshotId(String id) {
		if (id.isBlank()) {
			throw new IllegalArgumentException("snapshotId: \"" + id + "\" (expected: not blank)");
		}
		return with(new Options(this.options.deadline, this.options.softDeadline, this.options.maxAge,
				this.options.cacheUse, this.options.metadata, id));
	}

	private SnapshotRequest with(Options changed) {
		return new SnapshotRequest(this.keys, this.requiredCount, changed);
	}

	private static void requirePositive(String name, Duration span) {
		if (span.isZero() || span.isNegative()) {
			throw new IllegalArgumentException(name + ": " + span + " (expected: more than zero)");
		}
	}

	/**
	 * Returns all keys, required ones first.
	 * @return the keys
	 */
	public ResourceKeys keys() {
		return this.keys;
	}

	/**
	 * Returns how many keys are required: those at the first so many positions.
	 * @return the number of required keys
	 */
	public int requiredCount() {
		return this.requiredCount;
	}

	/**
	 * Returns whether a key is required.
	 * @param key the key
	 * @return true if the build fails without it
	 */
	public boolean isRequired(ResourceKey<?> key) {
		int position = this.keys.indexOf(key);
		return position >= 0 && position < this.requiredCount;
	}

	/**
	 * Returns when the build ends at the latest.
	 * @return the span, or null for the builder's default
	 */
	public @Nullable Duration deadline() {
		return this.options.deadline;
	}

	/**
	 * Returns when the build stops waiting for what it can do without.
	 * @return the span, or null for never before the deadline
	 */
	public @Nullable Duration softDeadline() {
		return this.options.softDeadline;
	}

	/**
	 * Returns how old a cached value may be.
	 * @return the age, or null where the policies alone decide
	 */
	public @Nullable Duration maxAge() {
		return this.options.maxAge;
	}

	/**
	 * Returns how the cache is used.
	 * @return the use
	 */
	public CacheUse cacheUse() {
		return this.options.cacheUse;
	}

	/**
	 * Returns what is handed to the sources.
	 * @return an unmodifiable map
	 */
	public Map<String, Object> metadata() {
		return this.options.metadata;
	}

	/**
	 * Returns the snapshot's name.
	 * @return the id, or null to have one made
	 */
	public @Nullable String snapshotId() {
		return this.options.snapshotId;
	}

	/**
	 * Returns whether nothing but the policies decides what a cached value is good for,
	 * so that fresh values can be taken as they are.
	 * @return true if the request sets neither {@code maxAge} nor {@code bypassCache}
	 */
	public boolean acceptsCached() {
		return this.options.maxAge == null && this.options.cacheUse == CacheUse.READ;
	}

	@Override
	public String toString() {
		return "SnapshotRequest[" + this.requiredCount + " required, " + (this.keys.size() - this.requiredCount)
				+ " optional]";
	}

	/**
	 * How a request uses the cache.
	 */
	public enum CacheUse {

		/** It is read first. */
		READ,

		/** It is passed by. */
		BYPASS

	}

	private record Options(@Nullable Duration deadline, @Nullable Duration softDeadline, @Nullable Duration maxAge,
			CacheUse cacheUse, Map<String, Object> metadata, @Nullable String snapshotId) {
	}

}
