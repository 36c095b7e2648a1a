package io.coalestra.collections.journal;

import java.util.ArrayList;
import java.util.List;

/**
 * What is put into and removed from a journal as one: after a crash, all of it has
 * happened or none. For one thread.
 */
public final class JournalChange {

	private final List<Step> steps = new ArrayList<>();

	/**
	 * Makes a change of nothing.
	 */
	public JournalChange() {
		// steps are added
	}

	/**
	 * Puts an entry, in the place of an earlier one of the same number.
	 * @param id its number, which also orders it when the journal is read back: more than
	 * zero
	 * @param content its content, not copied
	 * @return this
	 * @throws IllegalArgumentException if the number is not more than zero
	 */
	public JournalChange put(long id, byte[] content) {
		this.steps.add(new Put(requireId(id), content));
		return this;
	}

	/**
	 * Removes an entry; one that is not there is no error.
	 * @param id its number: more than zero
	 * @return this
	 * @throws IllegalArgumentException if the number is not more than zero
	 */
	public JournalChange remove(long id) {
		this.steps.add(new Remove(requireId(id)));
		return this;
	}

	private static long requireId(long id) {
		if (id < 1) {
			throw new IllegalArgumentException("id: " + id + " (expected: more than zero)");
		}
		return id;
	}

	/**
	 * Returns whether there is nothing to do.
	 * @return true if so
	 */
	public boolean isEmpty() {
		return this.steps.isEmpty();
	}

	boolean puts() {
		return this.steps.stream().anyMatch(Put.class::isInstance);
	}

	List<Step> steps() {
		return this.steps;
	}

	sealed interface Step {

		long id();

	}

	static final class Put implements Step {

		private final long id;

		private final byte[] content;

		Put(long id, byte[] content) {
			this.id = id;
			this.content = content;
		}

		@Override
		public long id() {
			return this.id;
		}

		byte[] content() {
			return this.content;
		}

	}

	record Remove(long id) implements Step {
	}

}
