package io.coalestra.spring.boot.batch;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method for many items, for which a {@code Batcher} is published as a bean: its
 * single-item form, to be injected by its type, or by its name and {@code "Batcher"}.
 *
 * {@snippet lang = "java" :
 * &#64;BulkMethod("users")
 * public Map<Long, User> findAll(Collection<Long> ids) {
 * 	return this.repository.byId(ids);
 * }
 *
 * public Greetings(Batcher<Long, User> users) { // or @Qualifier("usersBatcher")
 * 	this.users = users;
 * }
 * }
 *
 * The method takes a {@code List}, {@code Collection}, {@code Iterable} or {@code Set} of
 * keys and returns a {@code Map} of values or of outcomes by key, or a {@code List} with
 * one element a key, in their order. This is checked when the application starts, and the
 * bean must be a singleton.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface BulkMethod {

	/**
	 * Returns the batcher's name, for {@code coalestra.batchers}, errors and meters.
	 * @return the name; no two batchers have the same
	 */
	String value();

}
