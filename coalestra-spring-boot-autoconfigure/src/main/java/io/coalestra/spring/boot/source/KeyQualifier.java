package io.coalestra.spring.boot.source;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Binds a parameter of a {@link ResourceSource @ResourceSource} method to a qualifier of
 * the key, converted from its text. Keys without the qualifier are not supported by the
 * source, unless the parameter is an {@code Optional}.
 */
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface KeyQualifier {

	/**
	 * Returns the qualifier's name.
	 * @return the name
	 */
	String value();

}
