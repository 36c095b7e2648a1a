package io.coalestra.publish;

/**
 * What was submitted to a publisher, all of one moment. Every submission that was
 * accepted is pending, or counted under exactly one of written, failed and withdrawn.
 *
 * @param pending submissions that wait or are being written
 * @param maxPending the most that may be
 * @param peakPending the most that there were at once
 * @param accepted submissions taken
 * @param written submissions that were decided, whether or not the cache took them
 * @param failed submissions of which the writing threw
 * @param withdrawn submissions that were cancelled before they were written, by their
 * caller or by closing
 * @param refused submissions turned away because the backlog was full
 */
public record SubmissionStatistics(int pending, int maxPending, int peakPending, long accepted, long written,
		long failed, long withdrawn, long refused) {
}
