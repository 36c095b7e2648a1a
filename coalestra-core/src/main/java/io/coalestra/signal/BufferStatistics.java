package io.coalestra.signal;

/**
 * What a buffer has done since it was made. The numbers are read one after the other, so
 * that under load they may differ by what happened meanwhile.
 *
 * @param enqueued records taken
 * @param delivered records that the sink took
 * @param dropped records that did not fit, or came or were left when the buffer closed
 * @param failures records at which the sink threw
 * @param pending records that wait or are being delivered; one more than
 * {@code maxPending} at most
 * @param closed whether the buffer was closed
 * @param maxPending how many records wait at most
 * @param peakPending the highest number of records that have waited
 * @param workerAlive whether records are delivered: false when the buffer's thread has
 * ended. A thread that has not been needed yet counts as alive
 * @param shutdownTimeouts how often closing took longer than it was given
 */
public record BufferStatistics(long enqueued, long delivered, long dropped, long failures, int pending, boolean closed,
		int maxPending, int peakPending, boolean workerAlive, long shutdownTimeouts) {

	/**
	 * Returns whether the buffer was closed and its sink still holds its thread.
	 * @return true if so
	 */
	public boolean shutdownIncomplete() {
		return this.closed && this.workerAlive;
	}

}
