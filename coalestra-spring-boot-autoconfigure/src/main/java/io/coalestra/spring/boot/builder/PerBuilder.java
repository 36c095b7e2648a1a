package io.coalestra.spring.boot.builder;

/**
 * What a bean implements that serves all builders of an application, and wants to tell
 * them apart. The bean itself serves the builder that has no name.
 *
 * @param <T> what a builder is given
 */
@FunctionalInterface
public interface PerBuilder<T> {

	/**
	 * The name under which the builder is told of that has none.
	 */
	String DEFAULT = "default";

	/**
	 * Returns what serves a named builder.
	 * @param name the builder's name
	 * @return what it is given
	 */
	T forBuilder(String name);

}
