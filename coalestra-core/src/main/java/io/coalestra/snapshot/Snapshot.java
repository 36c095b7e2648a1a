package io.coalestra.snapshot;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

import io.coalestra.cache.SessionToken;
import io.coalestra.failure.ResourceFailure;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceKeys;
import io.coalestra.time.TimeSource;

/**
 * An immutable picture of the requested resources: for each key a value with its
 * provenance, or the reason why there is none.
 *
 * <p>
 * Safe for concurrent use. Payloads that are not proven immutable are copied for the
 * snapshot when they are first read, once; changing such a copy changes nothing that
 * anybody else sees.
 */
public interface Snapshot {

	/**
	 * Returns the snapshot's id, made when it is first asked for unless the request gave
	 * one.
	 * @return the id, unique
	 */
	String id();

	/**
	 * Returns when the build began.
	 * @return the time of day
	 */
	Instant createdAt();

	/**
	 * Returns since when, as the snapshot was made, changes of other nodes may have been
	 * missed, so that values count as fresh by their own age alone.
	 * @return the moment, or empty when all was well, or nothing is shared
	 */
	default Optional<Instant> coherenceUnknownSince() {
		return Optional.empty();
	}

	/**
	 * Returns the keys that were asked for, required ones first.
	 * @return the keys
	 */
	ResourceKeys keys();

	/**
	 * Returns a key's value.
	 * @param <T> the value's type
	 * @param key a key that was asked for
	 * @return the value
	 * @throws IllegalArgumentException if the key was not asked for
	 * @throws ResourceUnavailableException if the key has no value
	 * @throws ClassCastException if the value is not of the key's type
	 */
	<T> T get(ResourceKey<T> key);

	/**
	 * Returns a key's value, if it has one.
	 * @param <T> the value's type
	 * @param key a key
	 * @return the value, or empty when the key has none or was not asked for
	 * @throws ClassCastException if the value is not of the key's type
	 */
	<T> Optional<T> find(ResourceKey<T> key);

	/**
	 * Returns a key's value with its provenance.
	 * @param <T> the value's type
	 * @param key a key that was asked for
	 * @return the value with its provenance
	 * @throws IllegalArgumentException if the key was not asked for
	 * @throws ResourceUnavailableException if the key has no value
	 * @throws ClassCastException if the value is not of the key's type
	 */
	<T> SnapshotValue<T> value(ResourceKey<T> key);

	/**
	 * Returns a key's value with its provenance, if it has one.
	 * @param <T> the value's type
	 * @param key a key
	 * @return the value with its provenance, or empty when the key has none or was not
	 * asked for
	 * @throws ClassCastException if the value is not of the key's type
	 */
	<T> Optional<SnapshotValue<T>> findValue(ResourceKey<T> key);

	/**
	 * Returns all values with their provenance, in the order of the request.
	 * @return an unmodifiable map
	 */
	SequencedMap<ResourceKey<?>, SnapshotValue<?>> values();

	/**
	 * Returns what this snapshot has shown: handed to another node with the next request,
	 * it keeps that from showing anything older.
	 * @return the token of all values, without those that were derived, whose inputs it
	 * does not name
	 * @throws IllegalArgumentException if there are more values than a token may name
	 */
	default SessionToken token() {
		SessionToken token = SessionToken.NONE;
		for (SnapshotValue<?> value : values().values()) {
			if (value.dependencyVersions().isEmpty()) {
				token = token.and(SessionToken.of(value.key(), value.authorityRank(),
						TimeSource.toEpochNanos(value.observedAt())));
			}
		}
		return token;
	}

	/**
	 * Returns all failures, in the order of the request.
	 * @return an unmodifiable map; its keys and those of {@link #values()} are disjoint
	 */
	SequencedMap<ResourceKey<?>, ResourceFailure> errors();

	/**
	 * Returns why a key has no value.
	 * @param key a key
	 * @return the reason, or empty when the key has a value, is absent and optional, or
	 * was not asked for
	 */
	Optional<ResourceFailure> errorFor(ResourceKey<?> key);

	/**
	 * Returns whether a key's resource is known not to exist.
	 * @param key a key
	 * @return true if a source said so
	 */
	boolean isAbsent(ResourceKey<?> key);

	/**
	 * Returns the keys whose value was past its time to live when the snapshot was made.
	 * @return the keys, in the order of the request
	 */
	List<ResourceKey<?>> staleKeys();

	/**
	 * Returns whether no key failed.
	 * @return true if {@link #errors()} is empty
	 */
	boolean isComplete();

	/**
	 * Returns what making the snapshot took, until it was made; in a session, what all of
	 * its stages took until then.
	 * @return the diagnostics, always the same
	 */
	SnapshotDiagnostics diagnostics();

	/**
	 * Explains how one key came out as it did.
	 * @param key a key that was asked for
	 * @return the explanation
	 * @throws IllegalArgumentException if the key was not asked for
	 */
	Explanation explain(ResourceKey<?> key);

	/**
	 * Explains how every key came out as it did, in the order of the request.
	 * @return the explanations
	 */
	List<Explanation> explain();

	/**
	 * Returns the snapshot in its serialized form: schema {@code coalestra.snapshot},
	 * version 1, with values, provenance, failures and diagnostics. A JSON library writes
	 * it as it is; payloads and metadata are what they are, for that library to write.
	 * @return an unmodifiable map
	 */
	default SequencedMap<String, Object> toMap() {
		return SnapshotForm.of(this);
	}

}
