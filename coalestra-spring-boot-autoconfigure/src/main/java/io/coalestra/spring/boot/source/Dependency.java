package io.coalestra.spring.boot.source;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Binds a parameter of a {@link ResourceSource @ResourceSource} method to the value of
 * another resource: that of the given type with the subject and the qualifiers of the
 * derived key. An {@code Optional} is empty where that resource does not exist; any other
 * parameter fails the derivation then.
 */
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface Dependency {

	/**
	 * Returns the type of the other resource.
	 * @return the type, as {@code namespace:name}
	 */
	String value();

}
