package io.coalestra.nats;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

import io.coalestra.tier.LeaseTable;
import io.coalestra.time.TimeSource;
import io.nats.client.JetStreamApiException;
import io.nats.client.KeyValue;
import io.nats.client.api.KeyValueEntry;
import org.jspecify.annotations.Nullable;

/**
 * Leases as entries that are replaced by compare-and-set, and stay when they are given
 * back, for their fencing numbers.
 *
 * <p>
 * The server stamps each entry with its own time, to which the lease's life is added; who
 * takes over compares that with its own clock, and waits for an allowance more, by which
 * the two may differ. A fencing number is made of the second in which the bucket was made
 * and of the revisions in it, so that it rises also in a bucket that was made anew.
 */
final class NatsLeases implements LeaseTable {

	private static final int MAX_NAME_LENGTH = 200;

	private final NatsTier tier;

	private final NatsSettings settings;

	private final TimeSource time;

	NatsLeases(NatsTier tier, NatsSettings settings, TimeSource time) {
		this.tier = tier;
		this.settings = settings;
		this.time = time;
	}

	@Override
	public CompletableFuture<Claim> claim(String name, String holder, Duration life) {
		String key = key("lease", name);
		requireLife(life);
		return this.tier.ask((buckets) -> claim(buckets, key, name, holder, life));
	}

	private Claim claim(NatsBuckets buckets, String key, String name, String holder, Duration life)
			throws IOException, JetStreamApiException {
		KeyValueEntry found = buckets.leases().get(key);
		Held held = Held.of(found);
		Duration remaining = (held != null) ? remaining(held) : Duration.ZERO;
		if (remaining.isPositive()) {
			return new Claim.Held(remaining);
		}
		long fencing = (buckets.leasesMadeAt() << 32) + 1
				+ ((held != null) ? held.revision : lastRevision(buckets.leases()));
		if (held != null) {
			fencing = Math.max(fencing, held.fencing + 1);
		}
		Held mine = new Held(fencing, life, holder, 0, Instant.EPOCH);
		return replace(buckets.leases(), key, mine, (found != null) ? found.getRevision() : 0)
				? new Claim.Granted(new Grant(name, holder, fencing)) : new Claim.Held(life);
	}

	private Duration remaining(Held held) {
		if (held.life.isZero()) {
			return Duration.ZERO;
		}
		Instant takeable = held.writtenAt.plus(held.life).plus(this.settings.clockAllowance());
		return Duration.between(this.time.now(), takeable);
	}

	private static long lastRevision(KeyValue leases) throws IOException, JetStreamApiException {
		try {
			return leases.getStatus().getBackingStreamInfo().getStreamState().getLastSequence();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException("interrupted", ex);
		}
	}

	@Override
	public CompletableFuture<Boolean> renew(Grant grant, Duration life) {
		String key = key("lease", grant.name());
		requireLife(life);
		return this.tier.ask((buckets) -> replaceMine(buckets.leases(), key, grant, life));
	}

	@Override
	public CompletableFuture<Boolean> release(Grant grant) {
		String key = key("lease", grant.name());
		return this.tier.ask((buckets) -> replaceMine(buckets.leases(), key, grant, Duration.ZERO));
	}

	private boolean replaceMine(KeyValue leases, String key, Grant grant, Duration life)
			throws IOException, JetStreamApiException {
		KeyValueEntry found = leases.get(key);
		Held held = Held.of(found);
		if (found == null || held == null || held.fencing != grant.fencingNumber() || held.life.isZero()
				|| !held.writtenAt.plus(held.life).isAfter(this.time.now())) {
			return false;
		}
		return replace(leases, key, new Held(held.fencing, life, held.holder, 0, Instant.EPOCH), found.getRevision());
	}

	private static boolean replace(KeyValue leases, String key, Held held, long revision)
			throws IOException, JetStreamApiException {
		try {
			leases.update(key, held.encode(), revision);
			return true;
		}
		catch (JetStreamApiException ex) {
			if (NatsBuckets.isWrongRevision(ex)) {
				return false;
			}
			throw ex;
		}
	}

	@Override
	public CompletableFuture<Boolean> recordOnce(String digest, Duration life) {
		String key = key("once", digest);
		requireLife(life);
		return this.tier.ask((buckets) -> {
			try {
				buckets.leases().update(key, new byte[] { 1 }, 0);
				return true;
			}
			catch (JetStreamApiException ex) {
				if (NatsBuckets.isWrongRevision(ex)) {
					return false;
				}
				throw ex;
			}
		});
	}

	private static String key(String kind, String name) {
		if (name.isEmpty() || name.length() > MAX_NAME_LENGTH) {
			throw new IllegalArgumentException("name: " + name.length() + " characters (expected: 1 to 200)");
		}
		return kind + "." + NatsKeys.encode(name);
	}

	// What outlives the bucket's maximum age would be forgotten before its time.
	private void requireLife(Duration life) {
		if (life.toMillis() < 1 || life.compareTo(this.settings.maxAge()) > 0) {
			throw new IllegalArgumentException("life: " + life
					+ " (expected: from PT0.001S to the maximum age of the buckets, " + this.settings.maxAge() + ")");
		}
	}

	/**
	 * An entry of the bucket.
	 *
	 * @param fencing the fencing number
	 * @param life how long it is held from its writing on; zero when it was given back
	 * @param holder who holds it
	 * @param revision the entry's revision
	 * @param writtenAt when the server took it
	 */
	private record Held(long fencing, Duration life, String holder, long revision, Instant writtenAt) {

		private static @Nullable Held of(@Nullable KeyValueEntry found) {
			byte[] value = (found != null) ? found.getValue() : null;
			if (found == null || value == null) {
				return null;
			}
			String[] parts = new String(value, StandardCharsets.UTF_8).split(":", 3);
			return (parts.length == 3) ? new Held(Long.parseLong(parts[0]), Duration.ofMillis(Long.parseLong(parts[1])),
					parts[2], found.getRevision(), found.getCreated().toInstant()) : null;
		}

		private byte[] encode() {
			return (this.fencing + ":" + this.life.toMillis() + ":" + this.holder).getBytes(StandardCharsets.UTF_8);
		}

	}

}
