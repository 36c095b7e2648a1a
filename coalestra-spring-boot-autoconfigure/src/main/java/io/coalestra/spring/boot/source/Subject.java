package io.coalestra.spring.boot.source;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Binds a parameter of a {@link ResourceSource @ResourceSource} method to the key's
 * subject, converted from its text; or a collection of strings to the subjects of a
 * batch, whose answer is then a map by subject. A batch by subjects supports only keys
 * without qualifiers, which subjects could not tell apart.
 */
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface Subject {

}
