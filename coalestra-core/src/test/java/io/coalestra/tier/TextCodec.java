package io.coalestra.tier;

import java.nio.charset.StandardCharsets;

import io.coalestra.key.PayloadType;

/**
 * Text as it is, by no library.
 */
public final class TextCodec implements TierCodec {

	/**
	 * Makes a codec.
	 */
	public TextCodec() {
	}

	@Override
	public String name() {
		return "text";
	}

	@Override
	public <T> byte[] encode(PayloadType<T> type, T payload) {
		return payload.toString().getBytes(StandardCharsets.UTF_8);
	}

	@Override
	public <T> T decode(PayloadType<T> type, byte[] bytes) {
		return type.rawType().cast(new String(bytes, StandardCharsets.UTF_8));
	}

}
