package io.coalestra.batch;

import java.io.Serial;
import java.util.Objects;

import io.coalestra.failure.CoalestraException;
import org.jspecify.annotations.Nullable;

/**
 * Says that a call of a {@link Batcher} has no answer, and why.
 *
 * <p>
 * Each caller gets an instance of its own: stack traces and suppressed exceptions are not
 * shared. What the bulk function threw is the {@linkplain #getCause() cause}, shared and
 * unwrapped. An exception that a blocking call throws has the caller's stack; one that
 * completes a future has none.
 */
public class BatchException extends CoalestraException {

	@Serial
	private static final long serialVersionUID = 1L;

	/** The batcher's name. */
	private final String batcher;

	/** Why there is no answer. */
	private final Reason reason;

	BatchException(String batcher, Reason reason, String detail, @Nullable Throwable cause) {
		super("batcher \"" + batcher + "\": " + detail, cause);
		this.batcher = Objects.requireNonNull(batcher);
		this.reason = Objects.requireNonNull(reason);
	}

	/**
	 * Returns the batcher's name.
	 * @return the name
	 */
	public String batcher() {
		return this.batcher;
	}

	/**
	 * Returns why there is no answer.
	 * @return the reason
	 */
	public Reason reason() {
		return this.reason;
	}

	/**
	 * Why a call has no answer.
	 */
	public enum Reason {

		/** The bulk call threw; what it threw is the cause. */
		BULK_FAILED,

		/** The executor did not take the bulk call; its refusal is the cause. */
		NOT_EXECUTED,

		/** The bulk call failed this item alone; its failure is the cause. */
		ITEM_FAILED,

		/** The bulk call did not answer this item, and missing items are errors. */
		MISSING,

		/** The bulk call's answer could not be matched to its callers. */
		PROTOCOL,

		/** The call took longer than it may, gathering included. */
		CALL_TIMEOUT,

		/** The bulk call took longer than it may. */
		BULK_TIMEOUT,

		/** The caller was interrupted while it waited. */
		INTERRUPTED,

		/** As many items as allowed were pending already. */
		OVERLOADED,

		/** A condition under which calls are refused held. */
		REFUSED,

		/** The batcher was closed. */
		CLOSED

	}

}
