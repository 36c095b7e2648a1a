package io.coalestra.collections.mapping;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the table of a record, where it is not the record's simple name in snake case.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface TableRow {

	/**
	 * Returns the name of the table.
	 * @return the name; empty for the record's simple name in snake case
	 */
	String name() default "";

	/**
	 * Returns the schema that the table is in.
	 * @return the schema; empty for the one that the database finds
	 */
	String schema() default "";

}
