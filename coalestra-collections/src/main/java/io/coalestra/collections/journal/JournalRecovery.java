package io.coalestra.collections.journal;

import java.util.List;

/**
 * What a journal held when it was opened.
 *
 * @param entries the entries that were put and not removed, by number
 * @param greatestId the greatest number that is known to have been used; zero if none
 * @param tornBytes how many bytes at the very end belonged to a record that was never
 * finished, and were cut off: what a crash leaves behind while a record is written
 * @param damages what could not be read elsewhere; empty unless the journal was opened
 * with {@link OnDamage#SALVAGE}
 */
public record JournalRecovery(List<JournalEntry> entries, long greatestId, long tornBytes, List<Damage> damages) {

	/**
	 * Copies.
	 */
	public JournalRecovery {
		entries = List.copyOf(entries);
		damages = List.copyOf(damages);
	}

	/**
	 * Bytes that could not be read, with records after them.
	 *
	 * @param file the name of the file
	 * @param offset where they begin
	 * @param bytes how many there are
	 */
	public record Damage(String file, long offset, long bytes) {

		@Override
		public String toString() {
			return this.bytes + " bytes from " + this.offset + " of " + this.file;
		}

	}

}
