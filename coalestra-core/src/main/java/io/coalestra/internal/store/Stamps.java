package io.coalestra.internal.store;

/**
 * The forms of the stamp that a revision carries. Each has the count of changes, by which
 * revisions are dated, at which it was made:
 *
 * <ul>
 * <li>the count itself, where it is dated for its readers;</li>
 * <li>its complement, which is negative, where whoever reads it dates it anew;</li>
 * <li>the count with a mark, where it is dated for its readers, and in doubt whatever the
 * count; and with another mark where it is older than what was seen besides.</li>
 * </ul>
 *
 * Only the first is ever the stamp of hot revisions; where nothing can be compared, so is
 * the third without the other mark.
 */
final class Stamps {

	private static final int MARK = 1 << 30;

	private static final int BEHIND = 1 << 29;

	private Stamps() {
	}

	static int provisional(int count) {
		return ~count;
	}

	static int inDoubt(int count) {
		return count | MARK;
	}

	static int behind(int count) {
		return count | MARK | BEHIND;
	}

	static boolean isInDoubt(int stamp, int bound) {
		return (stamp < 0) ? ~stamp < bound : (stamp & MARK) != 0 || stamp < bound;
	}

	static boolean isDated(int stamp, int count) {
		return stamp >= 0 && (stamp & ~(MARK | BEHIND)) == count;
	}

}
