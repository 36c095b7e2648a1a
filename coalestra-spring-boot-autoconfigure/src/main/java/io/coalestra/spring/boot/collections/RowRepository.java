package io.coalestra.spring.boot.collections;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.coalestra.collections.access.RowCollection;

/**
 * Declares a collection: an interface that extends {@link RowCollection} with the class
 * of its keys and the record of its rows.
 *
 * <pre class="code">
 * &#064;RowRepository
 * interface Accounts extends RowCollection&lt;Long, Account&gt; {
 *
 *     default Account deposit(long id, BigDecimal amount) {
 *         return update(id, (account) -&gt; account.plus(amount)).value();
 *     }
 *
 * }
 * </pre>
 *
 * A bean of the interface is made for each that is found in the packages of the
 * application, those of its class with {@code @SpringBootApplication} and below, or those
 * that {@code @AutoConfigurationPackage} names. Default methods are kept as they are;
 * there is nothing else that an interface could declare. The bean does what the
 * collection does, and is as safe for concurrent use.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface RowRepository {

	/**
	 * Name of the collection, the same on every node, which properties go by.
	 * @return the name; by default that of the record's table
	 */
	String value() default "";

}
