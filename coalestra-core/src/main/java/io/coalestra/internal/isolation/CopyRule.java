package io.coalestra.internal.isolation;

/**
 * How objects of one class are copied. Found once for each class.
 */
@FunctionalInterface
interface CopyRule {

	/**
	 * Every object of the class is proven immutable, and stands for itself.
	 */
	CopyRule SHARE = (original, run) -> original;

	/**
	 * Returns the rule for a class.
	 */
	static CopyRule of(Class<?> type) {
		return CopyRules.KNOWN.get(type);
	}

	/**
	 * Copies one object.
	 * @param original an object of the class
	 * @param run copies its parts
	 * @return a copy, or the object itself if none of its parts needed one
	 * @throws Refusal if it cannot be copied
	 */
	Object copy(Object original, CopyRun run);

}
