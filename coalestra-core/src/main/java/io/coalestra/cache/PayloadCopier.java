package io.coalestra.cache;

/**
 * Copies payloads where they cross between the application and the engine, so that
 * changing what was handed in or out changes nothing that anybody else sees.
 *
 * <p>
 * The engine first proves payloads immutable by their type, and asks only for those where
 * it cannot. Implementations are safe for concurrent use.
 */
@FunctionalInterface
public interface PayloadCopier {

	/**
	 * Copies a payload.
	 * @param <T> the payload's type
	 * @param payload the payload
	 * @return a copy that shares nothing mutable with it; the payload itself only if it
	 * is immutable
	 * @throws io.coalestra.failure.PayloadIsolationException if it cannot be copied
	 */
	<T> T copy(T payload);

}
