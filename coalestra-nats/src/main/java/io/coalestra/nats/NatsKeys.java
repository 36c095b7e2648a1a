package io.coalestra.nats;

import java.nio.charset.StandardCharsets;

import io.coalestra.tier.TierKey;

/**
 * Names in the alphabet that NATS has for keys: letters, digits, dash and underscore
 * stand for themselves, every other byte is an equals sign and two hexadecimal digits.
 */
final class NatsKeys {

	private static final int MAX_TEXT_BYTES = 200;

	private static final String HEX = "0123456789ABCDEF";

	private NatsKeys() {
	}

	static String entry(String incarnation, TierKey key) {
		return incarnation + "." + encode(key.text(MAX_TEXT_BYTES));
	}

	static String encode(String text) {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		StringBuilder encoded = new StringBuilder(bytes.length + 16);
		for (byte each : bytes) {
			if (isPlain(each)) {
				encoded.append((char) each);
			}
			else {
				encoded.append('=').append(HEX.charAt((each >> 4) & 15)).append(HEX.charAt(each & 15));
			}
		}
		return encoded.toString();
	}

	private static boolean isPlain(byte each) {
		return (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z') || (each >= '0' && each <= '9')
				|| each == '-' || each == '_';
	}

}
