package io.coalestra.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import io.coalestra.cache.WriteRule;
import io.coalestra.cache.WriteStatus;
import io.coalestra.tier.FillToken;
import io.coalestra.tier.TierContent;
import io.coalestra.tier.TierEntry;
import io.coalestra.tier.TierException;
import io.coalestra.tier.TierKey;
import io.coalestra.tier.TierLookup;
import io.coalestra.tier.TierRule;
import io.coalestra.tier.TierVersion;
import io.coalestra.tier.TierWrite;
import io.coalestra.tier.TierWriteResult;
import io.coalestra.time.TimeSource;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes entries, by partition. Reads of a single server are one {@code MGET},
 * which also reads the incarnation; all else is by script, one call for up to
 * {@value #MAX_WRITES} writes.
 */
final class RedisEntries {

	private static final int MAX_WRITES = 256;

	private static final int VALUES_BEFORE_WRITES = 4;

	private static final int VALUES_OF_A_WRITE = 6;

	// Another incarnation only refuses the fills that are under way.
	private static final byte[] INCARNATION_LIFE = RedisKeys.bytes(Duration.ofDays(7).toMillis());

	private static final byte[] NOTHING = {};

	private final RedisScript readScript = RedisScript.load("read.lua", ScriptOutputType.MULTI);

	private final RedisScript writeScript = RedisScript.load("write.lua", ScriptOutputType.MULTI);

	private final RedisKeys keys;

	private final ServerClock clock;

	private final byte[] longestFill;

	private final byte[] removalLife;

	RedisEntries(RedisKeys keys, ServerClock clock, Duration longestFill) {
		this.keys = keys;
		this.clock = clock;
		this.longestFill = RedisKeys.bytes(TimeSource.toNanos(longestFill) / 1_000);
		this.removalLife = RedisKeys.bytes(longestFill.plusSeconds(10).toMillis());
	}

	// --- reading ---

	CompletableFuture<List<TierLookup>> read(RedisClusterAsyncCommands<byte[], byte[]> commands, List<TierKey> wanted) {
		if (this.keys.partitions() == 1) {
			return readAll(commands, wanted);
		}
		TierLookup[] lookups = new TierLookup[wanted.size()];
		List<CompletableFuture<Void>> parts = new ArrayList<>();
		byPartition(wanted).forEach((partition, positions) -> {
			List<TierKey> part = positions.stream().map(wanted::get).toList();
			parts.add(readByScript(commands, partition, part).thenAccept((found) -> {
				for (int i = 0; i < found.size(); i++) {
					lookups[positions.get(i)] = found.get(i);
				}
			}));
		});
		return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
			.thenApply((done) -> Arrays.asList(lookups));
	}

	private Map<Integer, List<Integer>> byPartition(List<TierKey> wanted) {
		Map<Integer, List<Integer>> positions = new LinkedHashMap<>();
		for (int i = 0; i < wanted.size(); i++) {
			positions.computeIfAbsent(this.keys.partitionOf(wanted.get(i)), (partition) -> new ArrayList<>()).add(i);
		}
		return positions;
	}

	private CompletableFuture<List<TierLookup>> readAll(RedisClusterAsyncCommands<byte[], byte[]> commands,
			List<TierKey> wanted) {
		Long known = this.clock.micros();
		// Sent first, so that it is not later than the read.
		CompletableFuture<Long> readAt = (known != null) ? CompletableFuture.completedFuture(known)
				: commands.time().toCompletableFuture().thenApply(this::answered);
		// Plain bytes, as the client copies keys once more, to route by them; there is
		// one
		// partition.
		CommandArgs<byte[], byte[]> names = new CommandArgs<>(ByteArrayCodec.INSTANCE);
		for (byte[] name : this.keys.withIncarnation(0, wanted)) {
			names.add(name);
		}
		return commands.dispatch(CommandType.MGET, EntriesOutput.of(wanted.size()), names)
			.toCompletableFuture()
			.thenCombine(readAt, RedisEntries::lookups)
			.thenCompose((lookups) -> (lookups != null) ? CompletableFuture.completedFuture(lookups)
					: readByScript(commands, 0, wanted));
	}

	private long answered(List<byte[]> time) {
		long micros = Long.parseLong(RedisKeys.text(time.get(0))) * 1_000_000
				+ Long.parseLong(RedisKeys.text(time.get(1)));
		this.clock.answered(micros);
		return micros;
	}

	// A new one each time: contents that were lost do not come back under their old name.
	private static byte[] newIncarnation() {
		return RedisKeys.bytes(UUID.randomUUID().toString());
	}

	private static @Nullable List<TierLookup> lookups(EntriesOutput.Answer answer, long readAt) {
		String incarnation = answer.incarnation();
		if (incarnation == null) {
			return null;
		}
		List<TierLookup> lookups = new ArrayList<>(answer.entries().size());
		Instant now = timeOf(readAt);
		answer.entries().forEach((entry) -> lookups.add(lookup(entry, incarnation, readAt, now)));
		return lookups;
	}

	private CompletableFuture<List<TierLookup>> readByScript(RedisClusterAsyncCommands<byte[], byte[]> commands,
			int partition, List<TierKey> wanted) {
		return this.readScript
			.<List<byte @Nullable []>>run(commands, this.keys.withIncarnation(partition, wanted), newIncarnation(),
					INCARNATION_LIFE)
			.thenApply((answer) -> {
				byte[] incarnation = answer.getFirst();
				byte[] time = answer.getLast();
				if (incarnation == null || time == null || answer.size() != wanted.size() + 2) {
					throw new TierException(RedisTier.NAME, "a read answered " + answer.size() + " values", null);
				}
				String name = RedisKeys.text(incarnation);
				long readAt = Long.parseLong(RedisKeys.text(time));
				Instant now = timeOf(readAt);
				List<TierLookup> lookups = new ArrayList<>(wanted.size());
				for (byte[] value : answer.subList(1, answer.size() - 1)) {
					lookups.add(lookup((value != null) ? TierEntry.decode(value) : null, name, readAt, now));
				}
				return lookups;
			});
	}

	private static Instant timeOf(long micros) {
		return Instant.ofEpochMilli(micros / 1_000);
	}

	// What has expired may still be there, for its generation.
	private static TierLookup lookup(@Nullable TierEntry entry, String incarnation, long readAt, Instant now) {
		FillToken token = new FillToken(incarnation, readAt, TierRule.generationOf(entry));
		if (entry == null || entry.isExpired(now)) {
			return new TierLookup.Nothing(token);
		}
		return entry.isRemoval() ? new TierLookup.Removed(entry.version(), token) : new TierLookup.Found(entry, token);
	}

	// --- writing ---

	CompletableFuture<List<TierWriteResult>> write(RedisClusterAsyncCommands<byte[], byte[]> commands,
			List<? extends TierWrite> writes) {
		TierWriteResult[] results = new TierWriteResult[writes.size()];
		List<CompletableFuture<Void>> parts = new ArrayList<>();
		List<TierKey> written = writes.stream().map(TierWrite::key).toList();
		byPartition(written).forEach((partition, positions) -> {
			for (int from = 0; from < positions.size(); from += MAX_WRITES) {
				List<Integer> chunk = positions.subList(from, Math.min(positions.size(), from + MAX_WRITES));
				parts.add(writeChunk(commands, partition, writes, chunk, results));
			}
		});
		return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
			.thenApply((done) -> Arrays.asList(results));
	}

	private CompletableFuture<Void> writeChunk(RedisClusterAsyncCommands<byte[], byte[]> commands, int partition,
			List<? extends TierWrite> writes, List<Integer> positions, TierWriteResult[] results) {
		List<TierKey> written = new ArrayList<>(positions.size());
		byte[][] values = new byte[VALUES_BEFORE_WRITES + positions.size() * VALUES_OF_A_WRITE][];
		values[0] = newIncarnation();
		values[1] = INCARNATION_LIFE;
		values[2] = this.longestFill;
		values[3] = this.removalLife;
		int at = VALUES_BEFORE_WRITES;
		for (int position : positions) {
			TierWrite write = writes.get(position);
			written.add(write.key());
			FillToken token = (write instanceof TierWrite.Fill fill) ? fill.token() : null;
			values[at++] = kindOf(write);
			values[at++] = RedisKeys.bytes(write.life().toMillis());
			values[at++] = entryOf(write);
			values[at++] = (token != null) ? RedisKeys.bytes(token.incarnation()) : NOTHING;
			values[at++] = (token != null) ? RedisKeys.bytes(token.readAt()) : NOTHING;
			values[at++] = (token != null) ? RedisKeys.bytes(token.mark()) : NOTHING;
		}
		return this.writeScript.<List<byte[]>>run(commands, this.keys.withIncarnation(partition, written), values)
			.thenAccept((answer) -> {
				for (int i = 0; i < positions.size(); i++) {
					results[positions.get(i)] = result(answer.get(2 * i), answer.get(2 * i + 1));
				}
			});
	}

	private static byte[] kindOf(TierWrite write) {
		return RedisKeys.bytes(switch (write) {
			case TierWrite.Fill fill -> "L";
			case TierWrite.Invalidation invalidation -> "I";
			case TierWrite.Deletion deletion -> "D";
			case TierWrite.Update update ->
				(update.rule() == WriteRule.FORCE) ? "F" : (update.rule() == WriteRule.REPLACE_EQUAL) ? "E" : "U";
		});
	}

	// Generation and expiry are the server's to give, by its own clock.
	private static byte[] entryOf(TierWrite write) {
		return switch (write) {
			case TierWrite.Fill fill -> valueOf(fill.content());
			case TierWrite.Update update -> valueOf(update.content());
			case TierWrite.Invalidation invalidation -> removalOf(TierVersion.LOWEST_RANK, TierVersion.LOWEST_ORDER);
			case TierWrite.Deletion deletion -> removalOf(deletion.rank(), deletion.order());
		};
	}

	private static byte[] valueOf(TierContent content) {
		return TierEntry.value(new TierVersion(0, content.rank(), content.order()), Instant.EPOCH, content.payload())
			.encode();
	}

	private static byte[] removalOf(int rank, long order) {
		return TierEntry.removal(new TierVersion(0, rank, order), Instant.EPOCH).encode();
	}

	private static TierWriteResult result(byte[] status, byte[] head) {
		TierEntry current = TierEntry.decode(head);
		return new TierWriteResult(switch (RedisKeys.text(status)) {
			case "S" -> WriteStatus.STORED;
			case "A" -> WriteStatus.IGNORED_LOWER_AUTHORITY;
			case "O" -> WriteStatus.IGNORED_OLDER;
			case "D" -> WriteStatus.IGNORED_DUPLICATE;
			case "T" -> WriteStatus.IGNORED_INVALIDATED;
			default -> throw new TierException(RedisTier.NAME, "a write answered " + RedisKeys.text(status), null);
		}, (current != null) ? current.version() : null);
	}

}
