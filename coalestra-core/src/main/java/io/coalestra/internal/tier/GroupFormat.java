package io.coalestra.internal.tier;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The values of a group's instance as the bytes of one entry: envelopes one after
 * another, each with its length before it.
 */
final class GroupFormat {

	private static final byte SCHEMA = 1;

	private GroupFormat() {
	}

	static byte[] encode(List<byte[]> envelopes) {
		int size = 1 + Integer.BYTES;
		for (byte[] envelope : envelopes) {
			size += Integer.BYTES + envelope.length;
		}
		ByteBuffer bytes = ByteBuffer.allocate(size).put(SCHEMA).putInt(envelopes.size());
		envelopes.forEach((envelope) -> bytes.putInt(envelope.length).put(envelope));
		return bytes.array();
	}

	/**
	 * Reads the envelopes.
	 * @param stored what was written, or anything else
	 * @param expected how many there should be
	 * @return the envelopes, or null where it is not that
	 */
	static @Nullable List<byte[]> decode(byte[] stored, int expected) {
		ByteBuffer bytes = ByteBuffer.wrap(stored);
		try {
			if (bytes.get() != SCHEMA || bytes.getInt() != expected) {
				return null;
			}
			List<byte[]> envelopes = new ArrayList<>(expected);
			for (int i = 0; i < expected; i++) {
				int length = bytes.getInt();
				if (length < 0 || length > bytes.remaining()) {
					return null;
				}
				byte[] envelope = new byte[length];
				bytes.get(envelope);
				envelopes.add(envelope);
			}
			return bytes.hasRemaining() ? null : envelopes;
		}
		catch (BufferUnderflowException tooShort) {
			return null;
		}
	}

}
