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
 * collection's name, the key, the row, and the row of the pending write that it follows.
 */
final class EntryFormat {

	private static final byte FORM = 2;

	private static final int CREATES = 1;

	private static final int DELETES = 2;

	private static final int NUMBERED = 4;

	private static final int DATED = 8;

	private static final int FOLLOWS = 16;

	private static final int FOLLOWS_DELETE = 32;

	private static final int FIXED = 2 + 3 * Long.BYTES + 3 * Integer.BYTES;

	private EntryFormat() {
	}

	/**
	 * Encodes a write.
	 * @param follows the pending write that it was made upon, or null
	 */
	static byte[] encode(String collection, DeferredWrite write, @Nullable DeferredWrite follows, long sinceEpoch) {
		byte[] name = collection.getBytes(StandardCharsets.UTF_8);
		byte[] key = write.key().text().getBytes(StandardCharsets.UTF_8);
		byte[] row = encoded(write.row());
		byte[] former = encoded((follows != null) ? follows.row() : null);
		RowVersion base = write.base();
		int flags = (write.creates() ? CREATES : 0) | (write.deletes() ? DELETES : 0);
		if (base != null) {
			flags |= (base.kind() == VersionKind.NUMBER) ? NUMBERED : DATED;
		}
		if (follows != null) {
			flags |= follows.deletes() ? FOLLOWS_DELETE : FOLLOWS;
		}
		ByteBuffer bytes = ByteBuffer.allocate(FIXED + name.length + key.length + row.length + former.length);
		bytes.put(FORM).put((byte) flags);
		bytes.putLong((base != null) ? base.order() : 0).putLong(write.sequence()).putLong(sinceEpoch);
		bytes.putInt(name.length).put(name).putInt(key.length).put(key);
		bytes.putInt(row.length).put(row).put(former);
		return bytes.array();
	}

	private static byte[] encoded(@Nullable Row row) {
		return (row != null) ? RowFormat.encode(row) : new byte[0];
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
			ByteBuffer row = part(content);
			return new Recovered(id, collection, key, flags, base, sequence, sinceEpoch, row, content.slice());
		}
		catch (BufferUnderflowException | IllegalArgumentException unreadable) {
			return null;
		}
	}

	private static String text(ByteBuffer content) {
		return StandardCharsets.UTF_8.decode(part(content)).toString();
	}

	private static ByteBuffer part(ByteBuffer content) {
		int length = content.getInt();
		if (length < 0 || length > content.remaining()) {
			throw new IllegalArgumentException("length: " + length);
		}
		ByteBuffer part = content.slice(content.position(), length);
		content.position(content.position() + length);
		return part;
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
	 * @param former the bytes of the row of the write that it follows
	 */
	record Recovered(long id, String collection, String key, int flags, long base, long sequence, long sinceEpoch,
			ByteBuffer row, ByteBuffer former) {

		/**
		 * Returns the write.
		 * @throws IllegalArgumentException if the key or the row is none of the table's
		 */
		DeferredWrite write(Table table) {
			return write(table, ((this.flags & DELETES) == 0) ? decoded(table, this.row) : null);
		}

		/**
		 * Returns the write that it follows, which the former process may have stored: it
		 * died before it could make this one upon that.
		 * @return the write, or null if there was none
		 * @throws IllegalArgumentException if the key or the row is none of the table's
		 */
		@Nullable DeferredWrite follows(Table table) {
			if ((this.flags & FOLLOWS_DELETE) != 0) {
				return write(table, null);
			}
			return ((this.flags & FOLLOWS) != 0) ? write(table, decoded(table, this.former)) : null;
		}

		private Row decoded(Table table, ByteBuffer bytes) {
			Row content = RowFormat.decode(table, bytes);
			if (content == null) {
				throw new IllegalArgumentException("row of table " + table.name() + " in the journal, entry " + this.id
						+ " (expected: a row that can be read as one of the table)");
			}
			return content;
		}

		private DeferredWrite write(Table table, @Nullable Row content) {
			RowKey rowKey = table.parseKey(this.key);
			RowVersion version = null;
			if ((this.flags & (NUMBERED | DATED)) != 0) {
				version = new RowVersion(((this.flags & NUMBERED) != 0) ? VersionKind.NUMBER : VersionKind.TIMESTAMP,
						this.base);
			}
			return new DeferredWrite(rowKey, content, version, (this.flags & CREATES) != 0, this.sequence);
		}

	}

}
