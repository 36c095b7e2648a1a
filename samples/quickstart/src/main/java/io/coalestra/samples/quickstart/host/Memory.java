package io.coalestra.samples.quickstart.host;

/**
 * How much memory there is, and how much of it could be had without swapping.
 *
 * @param totalBytes all of it
 * @param availableBytes what could be had
 */
public record Memory(long totalBytes, long availableBytes) {

	/**
	 * Returns the part that could be had, from 0 to 1.
	 */
	public double availableShare() {
		return (this.totalBytes > 0) ? (double) this.availableBytes / this.totalBytes : 0;
	}

}
