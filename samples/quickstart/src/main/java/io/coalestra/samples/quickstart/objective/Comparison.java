package io.coalestra.samples.quickstart.objective;

/**
 * On which side of its target a measured value has to be; both include the target.
 */
public enum Comparison {

	/** Not above it. */
	AT_MOST,

	/** Not below it. */
	AT_LEAST;

	boolean isMet(double measured, double target) {
		return switch (this) {
			case AT_MOST -> measured <= target;
			case AT_LEAST -> measured >= target;
		};
	}

}
