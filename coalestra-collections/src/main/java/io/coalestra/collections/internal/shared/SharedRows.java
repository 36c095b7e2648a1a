package io.coalestra.collections.internal.shared;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.coalestra.cache.WriteStatus;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowFormat;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.RowVersion;
import io.coalestra.collections.row.Table;
import io.coalestra.tier.FillToken;
import io.coalestra.tier.TierContent;
import io.coalestra.tier.TierKey;
import io.coalestra.tier.TierLookup;
import io.coalestra.tier.TierVersion;
import io.coalestra.tier.TierWrite;
import io.coalestra.tier.TierWriteResult;
import io.coalestra.tier.coherence.TierAnswer;
import io.coalestra.tier.coherence.TierGate;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one collection in the shared tier.
 *
 * <p>
 * Whatever is put there shows a token from before the store was asked, written rows like
 * loaded ones, so that neither a late fill nor a late write can bring back what was
 * replaced or deleted since. A row that only this process writes shows the token of its
 * last write for as long as the tier takes it; for others the tier is asked while the
 * store is, and a token counts as one from before if it tells of nothing that was not
 * known then. What the tier does not take for another reason than that it has just that
 * is followed by a removal; and what it does not take at all is owed: until it has been
 * removed, this process does not believe the tier about that row. A tier that fails costs
 * a read or a write its budget until the circuit opens. Safe for concurrent use.
 */
public final class SharedRows implements AutoCloseable {

	private static final int RANK = 0;

	private static final int MAX_OWED = 10_000;

	private static final int RETRY_BATCH = 500;

	private static final long RETRY_AFTER = Duration.ofSeconds(1).toNanos();

	private final TierGate gate;

	private final String space;

	private final Table table;

	private final Duration life;

	private final TimeSource time;

	private final Consumer<List<RowKey>> repaired;

	private final Unsettled unsettled;

	private final KnownTokens tokens;

	private final AtomicBoolean retrying = new AtomicBoolean();

	private volatile boolean closed;

	/**
	 * Makes the rows.
	 * @param gate the way to the tier
	 * @param space the space of the tier's keys
	 * @param table the rows' table
	 * @param life how long the tier keeps them
	 * @param time the clock
	 * @param repaired is told of rows that the tier holds in no older version any more
	 */
	public SharedRows(TierGate gate, String space, Table table, Duration life, TimeSource time,
			Consumer<List<RowKey>> repaired) {
		Duration least = gate.tier().longestFill();
		if (life.compareTo(least) < 0) {
			throw new IllegalArgumentException(
					"shared life: " + life + " (expected: at least the tier's longest fill of " + least + ")");
		}
		this.gate = gate;
		this.space = space;
		this.table = table;
		this.life = life;
		this.time = time;
		this.repaired = repaired;
		this.unsettled = new Unsettled(MAX_OWED, TimeSource.toNanos(life), time);
		this.tokens = new KnownTokens(least, time);
	}

	private TierKey tierKey(RowKey key) {
		return new TierKey(this.space, key.text());
	}

	/**
	 * Reads rows, within the tier's budget.
	 * @param keys which rows
	 * @return what the tier says, by key; nothing where it does not answer
	 */
	public Map<RowKey, Found> read(List<RowKey> keys) {
		// What the tier says of a row is from before a change that is on its way now,
		// even
		// if that has arrived when the answer comes.
		Set<RowKey> changing = this.unsettled.among(keys);
		List<TierKey> asked = keys.stream().map(this::tierKey).toList();
		TierAnswer<List<TierLookup>> answer = this.gate.read((tier) -> tier.read(asked)).join();
		if (!(answer instanceof TierAnswer.Given<List<TierLookup>>(var lookups))) {
			return Map.of();
		}
		Map<RowKey, Found> found = HashMap.newHashMap(keys.size());
		for (int i = 0; i < keys.size(); i++) {
			RowKey key = keys.get(i);
			TierLookup lookup = lookups.get(i);
			this.tokens.seen(key, lookup.token());
			found.put(key, new Found(changing.contains(key) ? null : rowOf(key, lookup), lookup.token()));
		}
		return found;
	}

	private @Nullable Row rowOf(RowKey key, TierLookup lookup) {
		if (!(lookup instanceof TierLookup.Found value) || this.unsettled.contains(key)) {
			return null;
		}
		Row row = RowFormat.decode(this.table, ByteBuffer.wrap(value.entry().payload()));
		return (row != null && row.isComplete() && row.key().equals(key)) ? row : null;
	}

	/**
	 * Puts rows that the store gave, so that other nodes find them. Nobody waits for it.
	 * @param rows the rows, with what the tier said before the store was asked
	 */
	public void promote(Map<Row, FillToken> rows) {
		List<TierWrite.Fill> fills = new ArrayList<>(rows.size());
		rows.forEach((row, token) -> {
			TierWrite.Fill fill = fill(row, token);
			if (fill != null) {
				fills.add(fill);
			}
		});
		if (!fills.isEmpty()) {
			var unused = this.gate.write((tier) -> tier.write(fills));
		}
	}

	private TierWrite.@Nullable Fill fill(Row row, FillToken token) {
		byte[] bytes = RowFormat.encode(row);
		if (bytes.length > this.gate.tier().maxPayloadBytes()) {
			return null;
		}
		RowVersion version = row.version();
		// Without a version it is the removals alone that keep old rows out.
		long order = (version != null) ? version.order() : token.readAt();
		return new TierWrite.Fill(tierKey(row.key()), TierContent.of(RANK, order, bytes), token, this.life);
	}

	/**
	 * Begins a write, before the store is asked: from now on until it is settled, the
	 * tier is not believed about the row. Where this process has not put the row there
	 * lately, asks the tier, and does not wait for the answer unless it is the very first
	 * one.
	 * @param key which row
	 * @return the write, of which exactly one method is called once
	 */
	public Write begin(RowKey key) {
		this.unsettled.begin(key);
		if (this.table.versionColumn() == null) {
			return new Write(key, CompletableFuture.completedFuture(null));
		}
		KnownTokens.Known known = this.tokens.of(key);
		return new Write(key, (known != null) ? CompletableFuture.completedFuture(known) : ask(key));
	}

	private CompletableFuture<KnownTokens.@Nullable Known> ask(RowKey key) {
		KnownTokens.Before before = this.tokens.before(key);
		TierKey asked = tierKey(key);
		CompletableFuture<TierAnswer<List<TierLookup>>> asking = this.gate.read((tier) -> tier.read(List.of(asked)));
		if (before.isFirst() || asking.isDone()) {
			FillToken token = tokenOf(key, asking.join());
			return CompletableFuture.completedFuture((token != null) ? this.tokens.known(token, before) : null);
		}
		return asking.thenApply((answer) -> {
			FillToken token = tokenOf(key, answer);
			return (token != null) ? this.tokens.unlessTooYoung(token, before) : null;
		});
	}

	private @Nullable FillToken tokenOf(RowKey key, TierAnswer<List<TierLookup>> answer) {
		if (!(answer instanceof TierAnswer.Given<List<TierLookup>>(var lookups))) {
			return null;
		}
		FillToken token = lookups.getFirst().token();
		this.tokens.seen(key, token.mark());
		return token;
	}

	/**
	 * Removes rows.
	 * @param keys which rows
	 * @return completes when the tier has answered or its limit has passed; never fails
	 */
	public CompletableFuture<Void> remove(Collection<RowKey> keys) {
		this.unsettled.beginAll(keys);
		return removeBegun(List.copyOf(keys)).thenAccept((done) -> {
		});
	}

	private CompletableFuture<Boolean> removeBegun(List<RowKey> keys) {
		List<TierWrite> removals = new ArrayList<>(keys.size());
		keys.forEach((key) -> {
			// Known to be refused from now on.
			this.tokens.forget(key);
			removals.add(new TierWrite.Invalidation(tierKey(key), this.life));
		});
		return this.gate.write((tier) -> tier.write(removals)).thenApply((answer) -> {
			if (!(answer instanceof TierAnswer.Given<List<TierWriteResult>>(var results))) {
				keys.forEach(this::owe);
				return false;
			}
			for (int i = 0; i < keys.size(); i++) {
				TierVersion removal = results.get(i).current();
				if (removal != null) {
					this.tokens.seen(keys.get(i), removal.generation());
				}
			}
			keys.forEach(this.unsettled::settle);
			return true;
		});
	}

	private void owe(RowKey key) {
		if (this.unsettled.owe(key) && this.retrying.compareAndSet(false, true)) {
			this.time.schedule(this::retry, RETRY_AFTER);
		}
	}

	private void retry() {
		this.retrying.set(false);
		if (this.closed) {
			return;
		}
		List<RowKey> keys = this.unsettled.retry(RETRY_BATCH);
		if (!keys.isEmpty()) {
			var unused = removeBegun(keys).thenAccept((done) -> {
				if (done) {
					this.repaired.accept(keys);
					retry();
				}
			});
		}
	}

	/**
	 * Another node has written a row, and may have removed it here: what the tier said of
	 * it before would be refused.
	 * @param key which row
	 */
	public void writtenElsewhere(RowKey key) {
		this.tokens.forget(key);
	}

	/**
	 * Other nodes may have written any row.
	 */
	public void anyWrittenElsewhere() {
		this.tokens.forgetAll();
	}

	/**
	 * Returns of how many rows the tier is not believed.
	 */
	public int unsettled() {
		return this.unsettled.size();
	}

	/**
	 * Ends the repairs.
	 */
	@Override
	public void close() {
		this.closed = true;
	}

	/**
	 * What the tier says of a row.
	 *
	 * @param row the row, or null where the tier has none that can be used
	 * @param token what to show when the row is put
	 */
	public record Found(@Nullable Row row, FillToken token) {
	}

	/**
	 * A write of one row, on its way from the store to the tier.
	 */
	public final class Write {

		private final RowKey key;

		// Of a token from before the store was asked, or null where there is none.
		private final CompletableFuture<KnownTokens.@Nullable Known> known;

		private Write(RowKey key, CompletableFuture<KnownTokens.@Nullable Known> known) {
			this.key = key;
			this.known = known;
		}

		/**
		 * The store holds this row now.
		 * @param row the row
		 * @return completes when the tier has answered or its limit has passed; never
		 * fails
		 */
		public CompletableFuture<Void> stored(Row row) {
			return this.known.thenCompose((shown) -> {
				TierWrite.Fill fill = (shown != null) ? fill(row, shown.token()) : null;
				return (shown != null && fill != null) ? put(fill, shown) : removed();
			});
		}

		private CompletableFuture<Void> put(TierWrite.Fill fill, KnownTokens.Known shown) {
			return SharedRows.this.gate.write((tier) -> tier.write(List.of(fill))).thenCompose((answer) -> {
				if (answer instanceof TierAnswer.Given<List<TierWriteResult>>(var results)
						&& isSettled(results.getFirst().status())) {
					SharedRows.this.tokens.keep(this.key, shown);
					SharedRows.this.unsettled.settle(this.key);
					return CompletableFuture.completedFuture(null);
				}
				return removed();
			});
		}

		private boolean isSettled(WriteStatus status) {
			return status == WriteStatus.STORED || status == WriteStatus.IGNORED_DUPLICATE;
		}

		/**
		 * The store holds no such row any more, or it is not known what it holds.
		 * @return completes when the tier has answered or its limit has passed; never
		 * fails
		 */
		public CompletableFuture<Void> removed() {
			return removeBegun(List.of(this.key)).thenAccept((done) -> {
			});
		}

		/**
		 * The store was not changed.
		 */
		public void nothing() {
			SharedRows.this.unsettled.settle(this.key);
		}

	}

}
