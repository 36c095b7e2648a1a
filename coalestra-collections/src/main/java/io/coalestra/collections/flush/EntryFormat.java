package io.coalestra.collections.flush;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowFormat;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.RowVersion;
import io.coalestra.collections.row.Table;
import io.coalestra.collections.row.VersionKind;
import org.jspecify.annotations.Nullable;

/**
 * Pending writes as bytes, for the journal: the form, what is said of the write, the
 * collection's name, the key, and the row.
 */
final class EntryFormat {

	private static final byte FORM = 1;

	private static final int CREATES = 1;

	private static final int DELETES = 2;

	private static final int NUMBERED = 4;

	private static final int DATED = 8;

	private static final int FIXED = 2 + 3 * Long.BYTES + 2 * Integer.BYTES;

	private EntryFormat() {
	}

	static byte[] encode(String collection, DeferredWrite write, long sinceEpoch) {
		byte[] name = collection.getBytes(StandardCharsets.UTF_8);
		byte[] key = write.key().text().getBytes(StandardCharsets.UTF_8);
		byte[] row = (write.row() != null) ? RowFormat.encode(write.row()) : new byte[0];
		RowVersion base = write.base();
		int flags = (write.creates() ? CREATES : 0) | (write.deletes() ? DELETES : 0);
		if (base != null) {
			flags |= (base.kind() == VersionKind.NUMBER) ? NUMBERED : DATED;
		}
		ByteBuffer bytes = ByteBuffer.allocate(FIXED + name.length + key.length + row.length);
		bytes.put(FORM).put((byte) flags);
		bytes.putLong((base != null) ? base.order() : 0).putLong(write.sequence()).putLong(sinceEpoch);
		bytes.putInt(name.length).put(name).putInt(key.length).put(key).put(row);
		return bytes.array();
	}

	/**
	 * Reads what can be read without knowing the collection.
	 * @return the entry, or null if the bytes are none
	 */
	static @Nullable Recovered read(long id, ByteBuffer content) {
		try {
			if (content.get() != FORM) {
				return null;
			}
			int flags = content.get();
			long base = content.getLong();
			long sequence = content.getLong();
			long sinceEpoch = content.getLong();
			String collection = text(content);
			String key = text(content);
			return new Recovered(id, collection, key, flags, base, sequence, sinceEpoch, content.slice());
		}
		catch (BufferUnderflowException | IllegalArgumentException unreadable) {
			return null;
		}
	}

	private static String text(ByteBuffer content) {
		int length = content.getInt();
		if (length < 0 || length > content.remaining()) {
			throw new IllegalArgumentException("length: " + length);
		}
		ByteBuffer text = content.slice(content.position(), length);
		content.position(content.position() + length);
		return StandardCharsets.UTF_8.decode(text).toString();
	}

	/**
	 * A pending write of a former process.
	 *
	 * @param id its place in the order of flushing
	 * @param collection its collection's name
	 * @param key its key as text
	 * @param flags what kind of write it is
	 * @param base the version that it was made upon
	 * @param sequence its place among the writes of its collection
	 * @param sinceEpoch when its first write came
	 * @param row the row's bytes
	 */
	record Recovered(long id, String collection, String key, int flags, long base, long sequence, long sinceEpoch,
			ByteBuffer row) {

		/**
		 * Returns the write.
		 * @throws IllegalArgumentException if the key or the row is none of the table's
		 */
		DeferredWrite write(Table table) {
			RowKey rowKey = table.parseKey(this.key);
			Row content = null;
			if ((this.flags & DELETES) == 0) {
				content = RowFormat.decode(table, this.row);
				if (content == null) {
					throw new IllegalArgumentException("row of table " + table.name() + " in the journal, entry "
							+ this.id + " (expected: a row that can be read as one of the table)");
				}
			}
			RowVersion version = null;
			if ((this.flags & (NUMBERED | DATED)) != 0) {
				version = new RowVersion(((this.flags & NUMBERED) != 0) ? VersionKind.NUMBER : VersionKind.TIMESTAMP,
						this.base);
			}
			return new DeferredWrite(rowKey, content, version, (this.flags & CREATES) != 0, this.sequence);
		}

	}

}
