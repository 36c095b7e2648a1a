package io.coalestra.spring.boot.source;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.aot.hint.annotation.Reflective;
import org.springframework.core.annotation.AliasFor;

/**
 * Makes a method of a bean a source.
 *
 * <pre class="code">
 * &#064;ResourceSource(type = "market:price", transportTimeout = "1750ms", timeout = "2s")
 * Price price(&#064;Subject String symbol) {
 *     return this.client.price(symbol);
 * }
 * </pre>
 *
 * <p>
 * The parameters decide the form. A method that takes a collection of
 * {@code ResourceKey}s, or of subjects with {@link Subject @Subject}, is a batch source
 * and answers with a {@code Map} by the same; one that takes values by
 * {@link Dependency @Dependency} is a derived source; any other reads one key a call,
 * which it takes as {@code ResourceKey}, or by {@link Subject @Subject} and
 * {@link KeyQualifier @KeyQualifier}. Each may take a {@code FetchContext} as well.
 *
 * <p>
 * The method answers with the value or a {@code Payload} of it. An {@code Optional} that
 * is empty says that the resource does not exist. A single or batch source may answer
 * with a {@code CompletionStage}, or a reactive type of one value such as {@code Mono},
 * and is then declared non-blocking.
 *
 * <p>
 * The bean is a singleton and is asked for when the source is first called. Times are
 * written as in properties, and may hold placeholders.
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Reflective
public @interface ResourceSource {

	/**
	 * Returns the type of the keys that the source supports; an alias of {@link #type()}.
	 * @return the type, as {@code namespace:name}
	 */
	@AliasFor("type")
	String value() default "";

	/**
	 * Returns the type of the keys that the source supports.
	 * @return the type, as {@code namespace:name}
	 */
	@AliasFor("value")
	String type() default "";

	/**
	 * Returns the source's name.
	 * @return the name; by default the method's
	 */
	String name() default "";

	/**
	 * Returns the order of asking.
	 * @return the priority; the highest is asked first
	 */
	int priority() default 0;

	/**
	 * Returns how long one call may take.
	 * @return the limit; by default none but the deadline
	 */
	String timeout() default "";

	/**
	 * Returns how long a call may wait for a permit.
	 * @return the limit; by default as long as it may take
	 */
	String queueTimeout() default "";

	/**
	 * Returns the time limit of the client that the method uses, which declares that the
	 * method blocks.
	 * @return the limit, below the timeout
	 */
	String transportTimeout() default "";

	/**
	 * Returns after how long without an answer the next source is asked as well.
	 * @return the delay; by default never
	 */
	String hedgeAfter() default "";

	/**
	 * Returns whether the method is declared never to block. One that answers with a
	 * stage or a reactive type, or derives, is anyway.
	 * @return by default false
	 */
	boolean nonBlocking() default false;

	/**
	 * Returns whether the method only reads memory, and is called on the thread of the
	 * build.
	 * @return by default false
	 */
	boolean inline() default false;

	/**
	 * Returns how many calls may run at a time.
	 * @return the limit; zero for none but the builder's
	 */
	int maxConcurrency() default 0;

	/**
	 * Returns how many keys one call of a batch source may have.
	 * @return the limit; zero for none
	 */
	int maxBatchSize() default 0;

}
