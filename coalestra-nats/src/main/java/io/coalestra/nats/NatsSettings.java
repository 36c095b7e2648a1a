package io.coalestra.nats;

import java.time.Duration;

/**
 * What a tier was configured with.
 *
 * @param bucket the beginning of the buckets' names
 * @param replicas how many servers hold each
 * @param maxAge how long an entry stays at most
 * @param maxBucketBytes how large the values may grow, or -1
 * @param longestFill how old a fill may be
 * @param maxPayloadBytes how large a payload may be
 * @param clockAllowance by how much clocks may differ when a lease is taken over
 */
record NatsSettings(String bucket, int replicas, Duration maxAge, long maxBucketBytes, Duration longestFill,
		int maxPayloadBytes, Duration clockAllowance) {
}
