package io.coalestra.internal.isolation;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import io.coalestra.cache.PayloadCopier;
import io.coalestra.failure.PayloadIsolationException;
import io.coalestra.health.PayloadCopyHealth;
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

	private final CopyTally tally = new CopyTally();

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
		try {
			return ImmutabilityProof.holdsFor(payload);
		}
		catch (LinkageError missing) {
			// The class of a part is missing, which its copying will say.
			return false;
		}
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

	/**
	 * Returns metadata that shares nothing mutable with what is handed in.
	 * @param entries entries by name, in a map that nobody changes
	 * @return an unmodifiable map in the same order; the map itself if every entry is
	 * proven immutable
	 * @throws PayloadIsolationException if an entry cannot be copied; it names the entry
	 */
	public Map<String, Object> isolateEntries(Map<String, Object> entries) {
		if (isEachShareable(entries)) {
			return entries;
		}
		Map<String, Object> isolated = LinkedHashMap.newLinkedHashMap(entries.size());
		entries.forEach((name, entry) -> isolated.put(name, isolateEntry(name, entry)));
		return Collections.unmodifiableMap(isolated);
	}

	private boolean isEachShareable(Map<String, Object> entries) {
		for (Object entry : entries.values()) {
			if (!isShareable(entry)) {
				return false;
			}
		}
		return true;
	}

	private Object isolateEntry(String name, Object entry) {
		try {
			return isolate(entry);
		}
		catch (PayloadIsolationException refused) {
			throw new PayloadIsolationException("metadata \"" + name + "\": " + refused.getMessage(),
					refused.valueType(), refused);
		}
	}

	private <T> T copy(T payload) {
		this.tally.begun();
		long begun = System.nanoTime();
		boolean done = false;
		try {
			T copy = copied(payload);
			done = true;
			return copy;
		}
		finally {
			this.tally.ended(System.nanoTime() - begun, done);
		}
	}

	/**
	 * Returns what copying has come to.
	 * @return the state
	 */
	public PayloadCopyHealth health() {
		return this.tally.health();
	}

	private <T> T copied(T payload) {
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
		catch (LinkageError missing) {
			// A class that this payload needs is missing: no other payload's fault.
			throw failed(payload, "its copier threw " + missing.getClass().getName(), missing);
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
