package io.coalestra.failure;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SequencedMap;

import io.coalestra.key.ResourceKey;

/**
 * Why a key has no value in a snapshot: data, for there is one for each failed key of
 * each build, and no stack trace would tell more.
 *
 * @param key the key
 * @param kind what it comes to
 * @param sources what each source's attempt came to, in the order in which they ended
 * @param detail what happened, in one sentence
 */
public record ResourceFailure(ResourceKey<?> key, Kind kind, List<SourceFailure> sources, String detail) {

	/** The name of the serialized form of failures. */
	public static final String SCHEMA = "coalestra.error-diagnostics";

	/** The version of that form; readers branch on it and ignore unknown fields. */
	public static final int SCHEMA_VERSION = 1;

	private static final int SHOWN_SOURCES = 3;

	/**
	 * Checks and copies.
	 * @throws NullPointerException if a part is null
	 */
	public ResourceFailure {
		Objects.requireNonNull(key, "key");
		Objects.requireNonNull(kind, "kind");
		sources = List.copyOf(sources);
		detail = FailureText.bounded(detail);
	}

	/**
	 * Describes a failure by its sources' failures.
	 * @param key the key
	 * @param kind what it comes to
	 * @param sources what each source's attempt came to
	 * @return the failure
	 */
	public static ResourceFailure of(ResourceKey<?> key, Kind kind, List<SourceFailure> sources) {
		return new ResourceFailure(key, kind, sources, kind.sentence());
	}

	/**
	 * Returns the failure as one line: the key, what happened, and the first
	 * {@value #SHOWN_SOURCES} sources' failures.
	 * @return the line
	 */
	public String message() {
		StringBuilder text = new StringBuilder(this.key.toString()).append(": ").append(this.detail);
		int shown = Math.min(SHOWN_SOURCES, this.sources.size());
		for (int i = 0; i < shown; i++) {
			SourceFailure failure = this.sources.get(i);
			text.append((i == 0) ? " [" : "; ")
				.append(failure.source())
				.append(": ")
				.append(failure.errorType())
				.append(": ")
				.append(failure.message());
		}
		if (this.sources.size() > shown) {
			text.append("; +").append(this.sources.size() - shown).append(" more");
		}
		return (shown > 0) ? text.append(']').toString() : text.toString();
	}

	/**
	 * Returns whether time ran out, for this key as a whole or for a source's attempt.
	 * @return true if a deadline is among the reasons
	 */
	public boolean isDeadlineExceeded() {
		return this.kind == Kind.DEADLINE_EXCEEDED
				|| this.sources.stream().anyMatch((source) -> source.reason() == FailureReason.DEADLINE_EXCEEDED);
	}

	/**
	 * Returns the failure in its serialized form: schema
	 * {@code coalestra.error-diagnostics}, version 1, with all sources' failures.
	 * @return an unmodifiable map of strings, numbers, lists and maps
	 */
	public SequencedMap<String, Object> toMap() {
		return toMap(FailureText.MAX_LENGTH);
	}

	/**
	 * Returns the failure in its serialized form, with shorter messages.
	 * @param maxMessageLength the most characters of each message: 1 or more, at most
	 * those that there are anyway
	 * @return an unmodifiable map, as in {@link #toMap()}
	 */
	public SequencedMap<String, Object> toMap(int maxMessageLength) {
		SequencedMap<String, Object> form = FailureForm.of(this.kind.wireName(), this.detail, maxMessageLength);
		form.put("resource", this.key.toString());
		form.put("kind", this.kind.name().toLowerCase(Locale.ROOT));
		form.put("failures", this.sources.stream().map((source) -> source.toMap(maxMessageLength)).toList());
		return Collections.unmodifiableSequencedMap(form);
	}

	/**
	 * What a key's failure comes to.
	 */
	public enum Kind {

		/** No source supports the key. */
		UNSUPPORTED("ResourceResolution", "no source supports this key"),

		/** Every source that supports the key was tried, and none gave a usable value. */
		SOURCES_FAILED("ResourceResolution", "every source failed"),

		/** The deadline of the request passed first. */
		DEADLINE_EXCEEDED("SnapshotDeadlineExceeded", "the deadline passed"),

		/** The soft deadline passed first; the read goes on and will fill the cache. */
		STILL_LOADING("SnapshotStillLoading", "the soft deadline passed; the read goes on"),

		/** A source answered that the resource does not exist. */
		ABSENT("ResourceAbsent", "the resource does not exist"),

		/** The caller was interrupted, or cancelled the build. */
		CANCELLED("SnapshotCancelled", "the caller gave up"),

		/** The builder was closed. */
		CLOSED("BuilderClosed", "the builder was closed"),

		/** The engine itself failed: a defect, reported with its cause. */
		INTERNAL("Internal", "the engine failed");

		private final String wireName;

		private final String sentence;

		Kind(String wireName, String sentence) {
			this.wireName = wireName;
			this.sentence = sentence;
		}

		/**
		 * Returns the name under which it is serialized as a type of error.
		 * @return the name, which several kinds may share
		 */
		public String wireName() {
			return this.wireName;
		}

		/**
		 * Returns what it comes to in a few words.
		 * @return the words
		 */
		public String sentence() {
			return this.sentence;
		}

	}

}
