package io.coalestra.tier;

import io.coalestra.key.PayloadType;

/**
 * Turns payloads into bytes and back, by the payload's declared type and nothing that the
 * bytes say. Implementations are safe for concurrent use.
 *
 * <p>
 * What cannot be encoded stays local, and what cannot be decoded counts as a miss; both
 * are said by any exception.
 */
public interface TierCodec {

	/**
	 * Returns the codec's name, which travels with each value: bytes of another codec are
	 * not decoded.
	 * @return the name, such as {@code json}: 1 to 40 characters
	 */
	String name();

	/**
	 * Encodes.
	 * @param <T> the payload's type
	 * @param type the payload's declared type
	 * @param payload the payload
	 * @return the bytes
	 */
	<T> byte[] encode(PayloadType<T> type, T payload);

	/**
	 * Decodes.
	 * @param <T> the payload's type
	 * @param type the payload's declared type
	 * @param bytes what an {@code encode}, perhaps of another version of the application,
	 * gave
	 * @return the payload
	 */
	<T> T decode(PayloadType<T> type, byte[] bytes);

}
