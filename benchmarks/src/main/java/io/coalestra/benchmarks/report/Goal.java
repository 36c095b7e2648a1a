package io.coalestra.benchmarks.report;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What one side of a workload must hold. The page shows it beside what was measured.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(Goal.All.class)
public @interface Goal {

	/**
	 * The most that the figure may be, inclusive.
	 * @return the bound: of the figure, of its ratio to what it is held against, or of
	 * what it is above
	 */
	double atMost();

	/**
	 * The least that the figure may be, inclusive.
	 * @return the bound
	 */
	double atLeast() default 0;

	/**
	 * Which figure.
	 * @return the figure
	 */
	Figure figure() default Figure.TIME;

	/**
	 * The side whose same figure it is held against.
	 * @return the side's method; empty for none
	 */
	String beside() default "";

	/**
	 * The side whose same figure is what the machine adds by itself: held is what this
	 * side's is above.
	 * @return the side's method; empty for none
	 */
	String above() default "";

	/**
	 * The figure of the same side that it is held against.
	 * @return the figure; the figure itself for none
	 */
	Figure[] against() default {};

	/**
	 * For which parameters the goal is.
	 * @return one as the workload's name shows it, {@code keys=100}; empty for all
	 */
	String when() default "";

	/**
	 * Several goals of one side.
	 */
	@Documented
	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@interface All {

		/**
		 * The goals.
		 * @return the goals
		 */
		Goal[] value();

	}

}
