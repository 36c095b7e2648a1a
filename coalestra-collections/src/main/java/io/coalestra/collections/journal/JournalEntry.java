package io.coalestra.collections.journal;

import java.nio.ByteBuffer;

/**
 * An entry that a journal held when it was opened.
 *
 * @param id its number
 * @param content what was put last, read-only and from its first byte
 */
public record JournalEntry(long id, ByteBuffer content) {

	/**
	 * Makes the content read-only.
	 */
	public JournalEntry {
		content = content.asReadOnlyBuffer();
	}

	/**
	 * Returns the content.
	 * @return a view of its own each time, read-only and from its first byte
	 */
	@Override
	public ByteBuffer content() {
		return this.content.duplicate();
	}

}
