package io.coalestra.health;

import java.time.Duration;

/**
 * What copying payloads has come to. Payloads that are proven immutable are not copied,
 * and not counted.
 *
 * <p>
 * Copies are made by the thread that hands a payload over or reads it: the thread of a
 * source's call, of a publisher, of whoever reads a snapshot. There is no pool of copying
 * threads that could fill up or would have to be shut down.
 *
 * @param active copies being made at this moment
 * @param peakActive the most that were made at once
 * @param completed copies made
 * @param failed payloads that could not be copied
 * @param total how long copying took, summed over all threads
 * @param longest how long the longest copy took
 */
public record PayloadCopyHealth(int active, int peakActive, long completed, long failed, Duration total,
		Duration longest) {

	/**
	 * Returns how long a copy took on average.
	 * @return the duration; zero where there was none
	 */
	public Duration average() {
		long number = this.completed + this.failed;
		return (number > 0) ? this.total.dividedBy(number) : Duration.ZERO;
	}

}
