package io.coalestra.failure;

import java.util.Collections;
import java.util.Objects;
import java.util.SequencedMap;

import org.jspecify.annotations.Nullable;

/**
 * What one source's attempt at one key came to, when it was no fresh value.
 *
 * @param source the source's name
 * @param reason why
 * @param errorType for {@link FailureReason#SOURCE_ERROR} the simple class name of what
 * was thrown, else the reason's {@linkplain FailureReason#wireName() wire name}
 * @param message what happened; whitespace collapsed, at most
 * {@value FailureText#MAX_LENGTH} characters
 * @param attempts how many calls were made; 0 when none was
 * @param cause what was thrown, or null
 */
public record SourceFailure(String source, FailureReason reason, String errorType, String message, int attempts,
		@Nullable Throwable cause) {

	/**
	 * Checks, and bounds the message.
	 */
	public SourceFailure {
		Objects.requireNonNull(source, "source");
		Objects.requireNonNull(reason, "reason");
		Objects.requireNonNull(errorType, "errorType");
		message = FailureText.bounded(message);
	}

	/**
	 * Describes a failure for which nothing was thrown.
	 * @param source the source's name
	 * @param reason why
	 * @param message what happened
	 * @param attempts how many calls were made
	 * @return the failure
	 */
	public static SourceFailure of(String source, FailureReason reason, String message, int attempts) {
		return new SourceFailure(source, reason, reason.wireName(), message, attempts, null);
	}

	/**
	 * Describes something thrown by a source.
	 * @param source the source's name
	 * @param thrown what was thrown
	 * @param attempts how many calls were made
	 * @return the failure
	 */
	public static SourceFailure of(String source, Throwable thrown, int attempts) {
		FailureReason reason = (thrown instanceof PayloadIsolationException) ? FailureReason.PAYLOAD_ISOLATION
				: FailureReason.SOURCE_ERROR;
		String name = thrown.getClass().getSimpleName();
		String errorType = (reason != FailureReason.SOURCE_ERROR) ? reason.wireName()
				: name.isEmpty() ? thrown.getClass().getName() : name;
		return new SourceFailure(source, reason, errorType, FailureText.messageOf(thrown), attempts, thrown);
	}

	/**
	 * Returns the failure in its serialized form: schema
	 * {@code coalestra.error-diagnostics}, version 1. What was thrown is told by its
	 * class and message only.
	 * @return an unmodifiable map of strings and numbers
	 */
	public SequencedMap<String, Object> toMap() {
		return toMap(FailureText.MAX_LENGTH);
	}

	/**
	 * Returns the failure in its serialized form, with a shorter message.
	 * @param maxMessageLength the most characters of the message: 1 or more, at most
	 * those that there are anyway
	 * @return an unmodifiable map, as in {@link #toMap()}
	 */
	public SequencedMap<String, Object> toMap(int maxMessageLength) {
		SequencedMap<String, Object> form = FailureForm.of(this.errorType, this.message, maxMessageLength);
		form.put("source", this.source);
		form.put("reason", this.reason.wireName());
		form.put("attempts", this.attempts);
		return Collections.unmodifiableSequencedMap(form);
	}

}
