package io.coalestra.failure;

import java.util.List;
import java.util.Objects;

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
	 * What a key's failure comes to.
	 */
	public enum Kind {

		/** No source supports the key. */
		UNSUPPORTED("no source supports this key"),

		/** Every source that supports the key was tried, and none gave a usable value. */
		SOURCES_FAILED("every source failed"),

		/** The deadline of the request passed first. */
		DEADLINE_EXCEEDED("the deadline passed"),

		/** The soft deadline passed first; the read goes on and will fill the cache. */
		STILL_LOADING("the soft deadline passed; the read goes on"),

		/** A source answered that the resource does not exist. */
		ABSENT("the resource does not exist"),

		/** The caller was interrupted, or cancelled the build. */
		CANCELLED("the caller gave up"),

		/** The builder was closed. */
		CLOSED("the builder was closed"),

		/** The engine itself failed: a defect, reported with its cause. */
		INTERNAL("the engine failed");

		private final String sentence;

		Kind(String sentence) {
			this.sentence = sentence;
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
