package io.coalestra.internal.store;

/**
 * The forms of the stamp that a revision carries. Each has the count of changes, by which
 * revisions are dated, at which it was made:
 *
 * <ul>
 * <li>the count itself, where it is dated for its readers;</li>
 * <li>its complement, which is negative, where whoever reads it dates it anew;</li>
 * <li>the count with a mark, where it is dated for its readers, and in doubt whatever the
 * count.</li>
 * </ul>
 *
 * Only the first is ever the stamp of hot revisions.
 */
final class Stamps {

	private static final int MARK = 1 << 30;

	private Stamps() {
	}

	static int provisional(int count) {
		return ~count;
	}

	static int inDoubt(int count) {
		return count | MARK;
	}

	static boolean isInDoubt(int stamp, int bound) {
		return (stamp < 0) ? ~stamp < bound : (stamp & MARK) != 0 || stamp < bound;
	}

	static boolean isDated(int stamp, int count) {
		return stamp >= 0 && (stamp & ~MARK) == count;
	}

}
