package io.coalestra.samples.collections;

/**
 * There is less in stock than was ordered.
 */
final class SoldOutException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	SoldOutException(String message) {
		super(message);
	}

}
