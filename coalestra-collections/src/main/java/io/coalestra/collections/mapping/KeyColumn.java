package io.coalestra.collections.mapping;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a component of a record part of the key, in the order of the components. Without
 * any, the key is the component called {@code id}. A component that is a record itself
 * stands for its components, each of them a column.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface KeyColumn {

}
