package io.coalestra.collections.mapping;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.coalestra.collections.row.ColumnTrait;

/**
 * Says of a component of a record what convention does not.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface RowColumn {

	/**
	 * Returns the column's name.
	 * @return the name; empty for the component's name in snake case
	 */
	String name() default "";

	/**
	 * Returns what is special about the column, beside being nullable where the component
	 * is.
	 * @return the traits
	 */
	ColumnTrait[] traits() default {};

	/**
	 * Returns the name of the database's own enumeration.
	 * @return the type's name; empty where the names of constants are kept as text
	 */
	String enumType() default "";

}
