package io.coalestra.snapshot;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import io.coalestra.cache.SessionToken;
import org.jspecify.annotations.Nullable;

/**
 * What a session is opened with. Immutable; each method returns new options.
 */
public final class SessionOptions {

	/**
	 * No deadline, no metadata, and an id of its own.
	 */
	public static final SessionOptions DEFAULT = new SessionOptions(null, Map.of(), null, SessionToken.NONE);

	private final @Nullable Duration deadline;

	private final Map<String, Object> metadata;

	private final @Nullable String snapshotId;

	private final SessionToken token;

	private SessionOptions(@Nullable Duration deadline, Map<String, Object> metadata, @Nullable String snapshotId,
			SessionToken token) {
		this.deadline = deadline;
		this.metadata = metadata;
		this.snapshotId = snapshotId;
		this.token = token;
	}

	/**
	 * Sets when the last stage ends at the latest.
	 * @param span how long after the session was opened; more than zero
	 * @return the options
	 * @throws IllegalArgumentException if the span is not more than zero
	 */
	public SessionOptions deadline(Duration span) {
		if (span.isZero() || span.isNegative()) {
			throw new IllegalArgumentException("deadline: " + span + " (expected: more than zero)");
		}
		return new SessionOptions(span, this.metadata, this.snapshotId, this.token);
	}

	/**
	 * Hands something to the sources of every stage, by {@code FetchContext.metadata()}.
	 * @param name the entry's name
	 * @param value the entry; one of the same name in a stage's request comes before it
	 * @return the options
	 */
	public SessionOptions metadata(String name, Object value) {
		Map<String, Object> more = new LinkedHashMap<>(this.metadata);
		more.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
		return new SessionOptions(this.deadline, Collections.unmodifiableMap(more), this.snapshotId, this.token);
	}

	/**
	 * Names the session and all its snapshots.
	 * @param id the id; not blank
	 * @return the options
	 * @throws IllegalArgumentException if the id is blank
	 */
	public SessionOptions snapshotId(String id) {
		if (id.isBlank()) {
			throw new IllegalArgumentException("snapshotId: \"" + id + "\" (expected: not blank)");
		}
		return new SessionOptions(this.deadline, this.metadata, id, this.token);
	}

	/**
	 * Asks for nothing older than what a token names, in every stage; what a stage's own
	 * request asks for is added.
	 * @param value the token
	 * @return the options
	 */
	public SessionOptions notOlderThan(SessionToken value) {
		return new SessionOptions(this.deadline, this.metadata, this.snapshotId,
				Objects.requireNonNull(value, "token"));
	}

	/**
	 * Returns when the last stage ends at the latest.
	 * @return how long after the session was opened, or null where each stage's request
	 * says for itself
	 */
	public @Nullable Duration deadline() {
		return this.deadline;
	}

	/**
	 * Returns what is handed to the sources.
	 * @return an unmodifiable map
	 */
	public Map<String, Object> metadata() {
		return this.metadata;
	}

	/**
	 * Returns the session's name.
	 * @return the id, or null to have one made
	 */
	public @Nullable String snapshotId() {
		return this.snapshotId;
	}

	/**
	 * Returns what nothing may be older than.
	 * @return the token
	 */
	public SessionToken token() {
		return this.token;
	}

}
