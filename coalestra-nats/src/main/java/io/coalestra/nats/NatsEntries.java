package io.coalestra.nats;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

import io.coalestra.cache.WriteStatus;
import io.coalestra.tier.FillToken;
import io.coalestra.tier.TierEntry;
import io.coalestra.tier.TierException;
import io.coalestra.tier.TierKey;
import io.coalestra.tier.TierLookup;
import io.coalestra.tier.TierRule;
import io.coalestra.tier.TierVersion;
import io.coalestra.tier.TierWrite;
import io.coalestra.tier.TierWriteResult;
import io.coalestra.time.TimeSource;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.KeyValueEntry;
import org.jspecify.annotations.Nullable;

/**
 * Reads entries, one wave of concurrent requests, and writes them: reads, decides, and
 * replaces if the revision is still the one that was read.
 *
 * <p>
 * Reads may come from a replica that lags. That costs a write another round, never its
 * order, because the replacing is decided by the leader.
 */
final class NatsEntries {

	private static final int MAX_ROUNDS = 32;

	private static final long LONGEST_PAUSE = Duration.ofMillis(4).toNanos();

	private final Executor executor;

	private final TimeSource time;

	private final NatsSettings settings;

	private final Duration removalLife;

	NatsEntries(Executor executor, TimeSource time, NatsSettings settings) {
		this.executor = executor;
		this.time = time;
		this.settings = settings;
		this.removalLife = settings.longestFill().plusSeconds(10);
	}

	// --- reading ---

	/**
	 * Reads, or answers null where the contents are no longer those of the buckets.
	 */
	CompletableFuture<@Nullable List<TierLookup>> read(NatsBuckets buckets, List<TierKey> keys) {
		long readAt = micros();
		// Asked with the wave, since contents can be lost without the connection being
		// lost.
		CompletableFuture<Boolean> current = NatsCalls.supply(this.executor, buckets::areCurrent);
		List<CompletableFuture<TierLookup>> wave = new ArrayList<>(keys.size());
		for (TierKey key : keys) {
			wave.add(NatsCalls.supply(this.executor, () -> lookup(buckets, key, readAt)));
		}
		return CompletableFuture.allOf(wave.toArray(CompletableFuture[]::new))
			.thenCombine(current, (done, same) -> same ? wave.stream().map(CompletableFuture::join).toList() : null);
	}

	private long micros() {
		return this.time.monotonicNanos() / 1_000;
	}

	private TierLookup lookup(NatsBuckets buckets, TierKey key, long readAt) throws IOException, JetStreamApiException {
		KeyValueEntry found = buckets.values().get(NatsKeys.entry(buckets.incarnation(), key));
		TierEntry entry = entryOf(found);
		FillToken token = new FillToken(buckets.incarnation(), readAt, TierRule.generationOf(entry));
		if (entry == null || entry.isExpired(this.time.now())) {
			return new TierLookup.Nothing(token);
		}
		return entry.isRemoval() ? new TierLookup.Removed(entry.version(), token) : new TierLookup.Found(entry, token);
	}

	private static @Nullable TierEntry entryOf(@Nullable KeyValueEntry found) {
		byte[] value = (found != null) ? found.getValue() : null;
		return (value != null) ? TierEntry.decode(value) : null;
	}

	// --- writing ---

	CompletableFuture<List<TierWriteResult>> write(NatsBuckets buckets, List<? extends TierWrite> writes) {
		Map<TierKey, List<Integer>> byKey = new LinkedHashMap<>();
		for (int i = 0; i < writes.size(); i++) {
			byKey.computeIfAbsent(writes.get(i).key(), (key) -> new ArrayList<>(1)).add(i);
		}
		TierWriteResult[] results = new TierWriteResult[writes.size()];
		List<CompletableFuture<Boolean>> wave = new ArrayList<>(byKey.size());
		byKey.values().forEach((positions) -> wave.add(NatsCalls.supply(this.executor, () -> {
			for (int position : positions) {
				results[position] = write(buckets, writes.get(position));
			}
			return true;
		})));
		return CompletableFuture.allOf(wave.toArray(CompletableFuture[]::new))
			.thenApply((done) -> Arrays.asList(results));
	}

	private TierWriteResult write(NatsBuckets buckets, TierWrite write) throws IOException, JetStreamApiException {
		String name = NatsKeys.entry(buckets.incarnation(), write.key());
		for (int round = 0; round < MAX_ROUNDS; round++) {
			KeyValueEntry found = buckets.values().get(name);
			TierEntry stored = entryOf(found);
			WriteStatus status = (write instanceof TierWrite.Fill fill && isTooLate(buckets, fill.token()))
					? WriteStatus.IGNORED_INVALIDATED : TierRule.decide(write, stored, this.time.now());
			if (status != WriteStatus.STORED) {
				return new TierWriteResult(status, versionOf(stored));
			}
			TierEntry entry = TierRule.entryOf(write, stored, this.time.now(), this.removalLife);
			if (replaced(buckets, name, entry, (found != null) ? found.getRevision() : 0)) {
				return new TierWriteResult(status, entry.version());
			}
			LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(LONGEST_PAUSE * (round + 1) / MAX_ROUNDS + 1));
		}
		throw new TierException(NatsTier.NAME, "others were quicker in " + MAX_ROUNDS + " rounds of replacing an entry",
				null);
	}

	private boolean isTooLate(NatsBuckets buckets, FillToken token) {
		long age = micros() - token.readAt();
		return !token.incarnation().equals(buckets.incarnation()) || age < 0
				|| age > this.settings.longestFill().toNanos() / 1_000;
	}

	private static boolean replaced(NatsBuckets buckets, String name, TierEntry entry, long revision)
			throws IOException, JetStreamApiException {
		try {
			buckets.values().update(name, entry.encode(), revision);
			return true;
		}
		catch (JetStreamApiException ex) {
			if (NatsBuckets.isWrongRevision(ex)) {
				return false;
			}
			throw ex;
		}
	}

	private @Nullable TierVersion versionOf(@Nullable TierEntry stored) {
		return (stored != null && !stored.isExpired(this.time.now())) ? stored.version() : null;
	}

}
