package io.coalestra.policy;

import java.util.Locale;

/**
 * Something that a caller may do with a snapshot. The library gives these names no
 * meaning of its own: it hands back which of them a policy allows.
 *
 * @param name the name: not blank, in lower case
 */
public record Action(String name) {

	/** Show the values. */
	public static final Action READ = new Action("read");

	/** Decide by them, without acting. */
	public static final Action EVALUATE = new Action("evaluate");

	/** Act on them. */
	public static final Action ACT = new Action("act");

	/** Withdraw what was begun. */
	public static final Action CANCEL = new Action("cancel");

	/** Act such that the exposure becomes smaller only. */
	public static final Action REDUCE = new Action("reduce");

	/**
	 * Checks.
	 * @throws IllegalArgumentException if the name is blank or not in lower case
	 */
	public Action {
		if (name.isBlank() || !name.equals(name.toLowerCase(Locale.ROOT))) {
			throw new IllegalArgumentException("action: \"" + name + "\" (expected: a name in lower case)");
		}
	}

	@Override
	public String toString() {
		return this.name;
	}

}
