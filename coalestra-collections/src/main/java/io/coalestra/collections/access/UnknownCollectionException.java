package io.coalestra.collections.access;

import java.util.Collection;
import java.util.Objects;

import io.coalestra.failure.CoalestraException;

/**
 * Thrown when a collection is asked for that there is not.
 */
public final class UnknownCollectionException extends CoalestraException {

	private static final long serialVersionUID = 1L;

	/** The name that was asked for. */
	private final String name;

	/**
	 * Makes an exception.
	 * @param name the name that was asked for
	 * @param known the names that there are
	 */
	public UnknownCollectionException(String name, Collection<String> known) {
		super("collection: \"" + name + "\" (expected: one of " + known + ")");
		this.name = Objects.requireNonNull(name, "name");
	}

	/**
	 * Returns the name that was asked for.
	 * @return the name
	 */
	public String name() {
		return this.name;
	}

}
