package io.coalestra.spring.boot.batch;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method for one item, whose concurrent calls become calls of its bulk partner in
 * the same bean. Its own body never runs.
 *
 * {@snippet lang = "java" :
 * &#64;Batched(name = "users", bulk = "findAll")
 * public @Nullable User find(Long id) {
 * 	throw new IllegalStateException("batched");
 * }
 *
 * public Map<Long, User> findAll(Collection<Long> ids) {
 * 	return this.repository.byId(ids);
 * }
 * }
 *
 * The method takes the item's key and returns its value, an {@code Optional}, a
 * {@code CompletableFuture} or an {@code Outcome} of it. The bulk partner takes a
 * {@code List}, {@code Collection}, {@code Iterable} or {@code Set} of keys and returns a
 * {@code Map} of values or of outcomes by key, or a {@code List} with one element a key,
 * in their order. Both are checked when the application starts, and the bean must be a
 * singleton.
 *
 * <p>
 * It works by a proxy: calls from inside the bean do not pass it. What advises the method
 * beside this annotation, such as authorization or caching, comes before it and holds for
 * each caller; what advises the bulk partner holds for the bulk call. The {@code Batcher}
 * is a bean as well, called after its name and {@code "Batcher"}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Batched {

	/**
	 * Returns the batcher's name, for {@code coalestra.batchers}, errors and meters.
	 * @return the name; no two batchers have the same
	 */
	String name();

	/**
	 * Returns the name of the bulk partner.
	 * @return the name of a method of the same class
	 */
	String bulk();

}
