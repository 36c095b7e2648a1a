package io.coalestra.snapshot;

/**
 * What a builder's subscriptions have done.
 *
 * @param active subscriptions that have not ended
 * @param watchedKeys keys of which a change concerns one of them
 * @param delivered snapshots delivered
 * @param unchanged snapshots that were built and not delivered, because they said what
 * the one before them did
 * @param failedBuilds builds that failed; each is tried again
 * @param failedSubscribers subscribers that threw, and so ended their subscription
 */
public record SubscriptionStatistics(int active, int watchedKeys, long delivered, long unchanged, long failedBuilds,
		long failedSubscribers) {
}
