package io.coalestra.spring.boot.source;

import io.coalestra.failure.CoalestraException;

/**
 * A method is annotated as a source and cannot be one.
 */
public class InvalidSourceMethodException extends CoalestraException {

	private static final long serialVersionUID = 1L;

	/**
	 * Which method it is.
	 */
	private final String method;

	/**
	 * What is wrong with it.
	 */
	private final String problem;

	/**
	 * What to write instead.
	 */
	private final String remedy;

	InvalidSourceMethodException(String method, String problem, String remedy) {
		super(method + " " + problem);
		this.method = method;
		this.problem = problem;
		this.remedy = remedy;
	}

	/**
	 * Returns which method it is.
	 * @return its class and its name
	 */
	public String method() {
		return this.method;
	}

	/**
	 * Returns what is wrong with it.
	 * @return the problem
	 */
	public String problem() {
		return this.problem;
	}

	/**
	 * Returns what to write instead.
	 * @return the remedy, in whole sentences
	 */
	public String remedy() {
		return this.remedy;
	}

}
