package io.coalestra.collections.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

import io.coalestra.collections.journal.JournalChange.Put;
import io.coalestra.collections.journal.JournalChange.Step;

/**
 * The form of a change in a file: a mark, the length of the body, the checksum of length
 * and body, and the body, which is a list of steps. A put is 1, its number, its length
 * and its content; a removal is 2 and its number.
 */
final class Frame {

	/** Where to look for the next record behind one that cannot be read. */
	static final int MARK = 0xC0A1_E57A;

	static final int HEAD = 3 * Integer.BYTES;

	/** What no record exceeds; a greater length is damage. */
	static final int MAX_BODY = 64 * 1024 * 1024;

	private static final byte PUT = 1;

	private static final byte REMOVE = 2;

	private static final int STEP_HEAD = 1 + Long.BYTES;

	private Frame() {
	}

	static byte[] encode(JournalChange change) {
		long body = 0;
		for (Step step : change.steps()) {
			body += STEP_HEAD + ((step instanceof Put put) ? Integer.BYTES + put.content().length : 0);
		}
		if (body > MAX_BODY) {
			throw new IllegalArgumentException("change: " + body + " bytes (expected: at most " + MAX_BODY + ")");
		}
		ByteBuffer frame = ByteBuffer.allocate(HEAD + (int) body);
		frame.putInt(MARK).putInt((int) body).position(HEAD);
		for (Step step : change.steps()) {
			frame.put((step instanceof Put) ? PUT : REMOVE).putLong(step.id());
			if (step instanceof Put put) {
				frame.putInt(put.content().length).put(put.content());
			}
		}
		frame.putInt(2 * Integer.BYTES, checksum(frame.array(), 0, (int) body));
		return frame.array();
	}

	private static int checksum(byte[] bytes, int from, int body) {
		CRC32C crc = new CRC32C();
		crc.update(bytes, from + Integer.BYTES, Integer.BYTES);
		crc.update(bytes, from + HEAD, body);
		return (int) crc.getValue();
	}

	/**
	 * Returns the length of the whole record at a place.
	 * @return the length in bytes, or -1 if there is none, or none that is whole
	 */
	static int lengthAt(byte[] bytes, int from) {
		if (bytes.length - from < HEAD) {
			return -1;
		}
		ByteBuffer head = ByteBuffer.wrap(bytes, from, HEAD);
		if (head.getInt() != MARK) {
			return -1;
		}
		int body = head.getInt();
		if (body < STEP_HEAD || body > MAX_BODY || body > bytes.length - from - HEAD) {
			return -1;
		}
		return (head.getInt() == checksum(bytes, from, body)) ? HEAD + body : -1;
	}

	/**
	 * Tells of the steps of a record that is known to be whole.
	 * @return whether they make sense to the last byte
	 */
	static boolean decode(byte[] bytes, int from, int length, Steps steps) {
		ByteBuffer body = ByteBuffer.wrap(bytes, from + HEAD, length - HEAD);
		while (body.hasRemaining()) {
			if (body.remaining() < STEP_HEAD) {
				return false;
			}
			byte kind = body.get();
			long id = body.getLong();
			if (kind == REMOVE && id > 0) {
				steps.removed(id);
			}
			else if (kind == PUT && id > 0 && body.remaining() >= Integer.BYTES) {
				int size = body.getInt();
				if (size < 0 || size > body.remaining()) {
					return false;
				}
				steps.put(id, body.position() - from, size);
				body.position(body.position() + size);
			}
			else {
				return false;
			}
		}
		return true;
	}

	/**
	 * Hears of the steps of a record.
	 */
	interface Steps {

		/**
		 * An entry is put.
		 * @param id the number of the entry
		 * @param offset where its content begins, from the record's first byte
		 * @param size how long it is
		 */
		void put(long id, int offset, int size);

		void removed(long id);

	}

}
