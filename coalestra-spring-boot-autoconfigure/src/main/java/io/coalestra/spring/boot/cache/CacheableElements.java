package io.coalestra.spring.boot.cache;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.aot.hint.annotation.Reflective;

/**
 * Marks a method that reads many elements, whose answers are cached one by one: it is
 * called only for elements that are not cached and that no other call is reading.
 *
 * {@snippet lang = "java" :
 * &#64;CacheableElements("prices")
 * public Map<String, Price> prices(Collection<String> symbols) {
 * 	return this.exchange.prices(symbols);
 * }
 * }
 *
 * The method takes one {@code Collection}, {@code List}, {@code Set} or {@code Iterable}
 * of elements and returns a {@code Map} by element; an element that it leaves out does
 * not exist. Other parameters are part of each element's key, as with a {@code Cacheable}
 * method that takes one element in the place of the collection, and so both may share a
 * cache. This is checked when the application starts.
 *
 * <p>
 * The answer has the order of the elements that were asked for. If the method throws, so
 * does every call that needs one of its elements. It works by a proxy, inside whatever
 * else advises the method: calls from inside the bean do not pass it.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@Reflective
public @interface CacheableElements {

	/**
	 * Returns the name of the cache.
	 * @return the name
	 */
	String value();

}
