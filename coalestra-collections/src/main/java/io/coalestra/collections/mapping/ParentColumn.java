package io.coalestra.collections.mapping;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says that a component of a record holds the key of a row that is to be stored before.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface ParentColumn {

	/**
	 * Returns the name of the other row's table.
	 * @return the name; that of the record's own table for a tree
	 */
	String table();

}
