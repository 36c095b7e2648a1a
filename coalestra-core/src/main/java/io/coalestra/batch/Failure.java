package io.coalestra.batch;

import java.io.Serial;

import io.coalestra.batch.BatchException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Why callers have no answer, before it becomes an exception of each.
 *
 * @param reason the reason
 * @param detail the text, without the batcher's name
 * @param cause what was thrown, or null
 */
record Failure(Reason reason, String detail, @Nullable Throwable cause) {

	static Failure of(Reason reason, String detail) {
		return new Failure(reason, detail, null);
	}

	static Failure ofBulk(Throwable thrown) {
		if (thrown instanceof ProtocolException protocol) {
			return new Failure(Reason.PROTOCOL, protocol.detail(), protocol.getCause());
		}
		return new Failure(Reason.BULK_FAILED, "the bulk call failed: " + thrown, thrown);
	}

	/** For the thread that throws it: with its stack. */
	BatchException toException(String batcher) {
		return new BatchException(batcher, this.reason, this.detail, this.cause);
	}

	/** For a future: the completing thread's stack would tell its reader nothing. */
	BatchException toStackless(String batcher) {
		return new Stackless(batcher, this);
	}

	/** The same failure once more, for another thrower. */
	static BatchException rethrown(BatchException stackless) {
		return (stackless instanceof Stackless known) ? known.failure.toException(known.batcher()) : stackless;
	}

	private static final class Stackless extends BatchException {

		@Serial
		private static final long serialVersionUID = 1L;

		private final transient Failure failure;

		Stackless(String batcher, Failure failure) {
			super(batcher, failure.reason(), failure.detail(), failure.cause());
			this.failure = failure;
		}

		@Override
		@SuppressWarnings("UnsynchronizedOverridesSynchronized") // It touches no state.
		public Throwable fillInStackTrace() {
			return this;
		}

	}

}
