package io.coalestra.internal.isolation;

import java.util.Objects;

import io.coalestra.cache.PayloadCopier;
import io.coalestra.failure.PayloadIsolationException;
import org.jspecify.annotations.Nullable;

/**
 * Makes payloads safe to hand on: shares what is proven immutable, and has everything
 * else copied.
 *
 * <p>
 * The proof is by type and remembered for each class, so that strings, boxed numbers,
 * {@code java.time} and records of these cost one look-up and no object. Safe for
 * concurrent use as far as the copier is.
 */
public final class PayloadIsolation {

	private final PayloadCopier copier;

	/**
	 * Makes an isolation.
	 * @param copier copies what is not proven immutable
	 */
	public PayloadIsolation(PayloadCopier copier) {
		this.copier = Objects.requireNonNull(copier, "copier");
	}

	/**
	 * Returns whether a payload is proven deeply immutable.
	 * @param payload the payload
	 * @return true if so; false says only that it is not proven
	 */
	public boolean isShareable(Object payload) {
		return ImmutabilityProof.holdsFor(payload);
	}

	/**
	 * Returns the payload itself if it is proven immutable, else a copy.
	 * @param <T> the payload's type
	 * @param payload the payload
	 * @return what shares nothing mutable with the payload
	 * @throws PayloadIsolationException if the payload cannot be copied, whatever the
	 * copier threw
	 */
	public <T> T isolate(T payload) {
		return isShareable(payload) ? payload : copy(payload);
	}

	private <T> T copy(T payload) {
		@Nullable T copy;
		try {
			copy = this.copier.copy(payload);
		}
		catch (PayloadIsolationException refused) {
			throw refused;
		}
		catch (StackOverflowError tooDeep) {
			throw failed(payload, "its nesting exhausts the stack", tooDeep);
		}
		catch (Exception failure) {
			// A copier written in a language without checked exceptions may throw any.
			if (failure instanceof InterruptedException) {
				Thread.currentThread().interrupt();
			}
			throw failed(payload, "its copier threw " + failure.getClass().getName(), failure);
		}
		if (copy == null) {
			throw failed(payload, "its copier answered null", null);
		}
		return copy;
	}

	private static PayloadIsolationException failed(Object payload, String why, @Nullable Throwable cause) {
		Class<?> type = payload.getClass();
		return new PayloadIsolationException(type.getTypeName() + " could not be copied: " + why, type, cause);
	}

}
