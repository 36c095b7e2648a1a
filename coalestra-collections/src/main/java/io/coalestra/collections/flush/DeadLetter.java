package io.coalestra.collections.flush;

/**
 * A write that is given up: the store would not have it, or nobody is left to store it.
 *
 * @param collection the collection's name
 * @param write the write, with the row as it was to be
 * @param attempts how often it was tried
 * @param failure why it failed the last time; where it was made upon another write that
 * was given up, why that failed
 */
public record DeadLetter(String collection, DeferredWrite write, int attempts, Throwable failure) {

	/**
	 * Returns the collection, the key and the failure; the row's values are left out.
	 */
	@Override
	public String toString() {
		return "dead letter " + this.collection + " " + this.write.key() + " after " + this.attempts + " attempts: "
				+ this.failure;
	}

}
