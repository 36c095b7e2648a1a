package io.coalestra.nats;

import java.io.IOException;
import java.time.Duration;
import java.util.UUID;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.KeyValue;
import io.nats.client.KeyValueManagement;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueStatus;
import io.nats.client.api.StorageType;
import org.jspecify.annotations.Nullable;

/**
 * The two buckets of a tier, made where they are not there: values, in the server's
 * memory, and leases, on its disk, so that they survive its restart.
 *
 * @param values the bucket of values
 * @param leases the bucket of leases
 * @param incarnation names the contents of the bucket of values; all its keys begin with
 * it, so that what was meant for contents that were lost is never read
 * @param leasesMadeAt when the bucket of leases was made: seconds since the epoch, by the
 * server's clock
 */
record NatsBuckets(KeyValue values, KeyValue leases, String incarnation, long leasesMadeAt) {

	private static final String INCARNATION = "incarnation";

	private static final int NOT_FOUND = 404;

	/** The server's word for a revision that is not the one expected. */
	private static final int WRONG_REVISION = 10_071;

	/** The server's word for a bucket that is full. */
	private static final int FULL = 10_077;

	static NatsBuckets open(Connection connection, NatsSettings settings) throws IOException, JetStreamApiException {
		KeyValueManagement management = connection.keyValueManagement();
		KeyValueStatus valuesStatus = opened(management,
				KeyValueConfiguration.builder()
					.name(settings.bucket() + "-values")
					.description("Coalestra: values of the shared tier")
					.storageType(StorageType.Memory)
					.replicas(settings.replicas())
					.maxHistoryPerKey(1)
					.maxBucketSize(settings.maxBucketBytes())
					.ttl(settings.maxAge())
					.build());
		requireLongEnough(valuesStatus, settings.longestFill().multipliedBy(2), "twice the longest fill");
		KeyValueStatus leasesStatus = opened(management,
				KeyValueConfiguration.builder()
					.name(settings.bucket() + "-leases")
					.description("Coalestra: leases and nonces")
					.storageType(StorageType.File)
					.replicas(settings.replicas())
					.maxHistoryPerKey(1)
					.ttl(settings.maxAge())
					.build());
		// What is held or recorded for longer would be forgotten before its time.
		requireLongEnough(leasesStatus, settings.maxAge(), "the configured maximum age");
		KeyValue values = connection.keyValue(settings.bucket() + "-values");
		KeyValue leases = connection.keyValue(settings.bucket() + "-leases");
		return new NatsBuckets(values, leases, begunIncarnation(values),
				leasesStatus.getBackingStreamInfo().getCreateTime().toEpochSecond());
	}

	private static KeyValueStatus opened(KeyValueManagement management, KeyValueConfiguration wanted)
			throws IOException, JetStreamApiException {
		try {
			return management.getStatus(wanted.getBucketName());
		}
		catch (JetStreamApiException ex) {
			if (ex.getErrorCode() != NOT_FOUND) {
				throw ex;
			}
			return management.create(wanted);
		}
	}

	// A removal must outlive every fill that began before it.
	private static void requireLongEnough(KeyValueStatus bucket, Duration least, String what) {
		Duration age = bucket.getTtl();
		if (age != null && !age.isZero() && age.compareTo(least) < 0) {
			throw new IllegalStateException("bucket " + bucket.getBucketName() + ": maximum age " + age
					+ " (expected: at least " + what + ", " + least + ")");
		}
	}

	private static String begunIncarnation(KeyValue values) throws IOException, JetStreamApiException {
		String present = incarnationOf(values);
		if (present == null) {
			try {
				values.update(INCARNATION, UUID.randomUUID().toString().substring(0, 13), 0);
			}
			catch (JetStreamApiException ex) {
				if (!isWrongRevision(ex)) {
					throw ex;
				}
			}
			present = incarnationOf(values);
		}
		if (present == null) {
			throw new IOException("the incarnation that was written is not there yet");
		}
		return present;
	}

	private static @Nullable String incarnationOf(KeyValue values) throws IOException, JetStreamApiException {
		KeyValueEntry present = values.get(INCARNATION);
		return (present != null) ? present.getValueAsString() : null;
	}

	/**
	 * Asks the server whether its contents are still these. The mark ages with the bucket
	 * and is then another: that refuses the fills under way, and no more.
	 */
	boolean areCurrent() throws IOException, JetStreamApiException {
		return this.incarnation.equals(incarnationOf(this.values));
	}

	/**
	 * Returns whether the bucket took nothing because it is full, and is otherwise well.
	 */
	static boolean isFull(Throwable failure) {
		return failure.getCause() instanceof JetStreamApiException refused && refused.getApiErrorCode() == FULL;
	}

	static boolean isWrongRevision(JetStreamApiException failure) {
		return failure.getApiErrorCode() == WRONG_REVISION;
	}

}
