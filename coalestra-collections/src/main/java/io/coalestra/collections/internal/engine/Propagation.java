package io.coalestra.collections.internal.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;

import io.coalestra.collections.access.RowCollection;
import io.coalestra.collections.access.RowListener;
import io.coalestra.collections.coherence.NoticeTransport;
import io.coalestra.collections.coherence.RowNotice;
import io.coalestra.collections.internal.local.Cell;
import io.coalestra.collections.internal.local.LocalTier;
import io.coalestra.collections.internal.shared.SharedRows;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What follows from a write once the store has taken it: memory, then the shared tier,
 * then notice to the other nodes; and what follows from their notices. Nobody waits for
 * the shared tier then: until it has answered, this process does not believe it about the
 * row. Safe for concurrent use.
 *
 * @param <K> the keys' type
 * @param <R> the rows' type
 */
final class Propagation<K, R> {

	private static final Logger logger = LoggerFactory.getLogger(Propagation.class);

	private final String collection;

	private final Shape<K, R> shape;

	private final LocalTier<Object, R> local;

	private final @Nullable SharedRows shared;

	private final Consumer<List<RowNotice>> notices;

	private final List<RowListener<? super K, ? super R>> listeners = new CopyOnWriteArrayList<>();

	// By number, until the other nodes have been told. Each enters before its end is
	// asked
	// for, so that none stays.
	private final ConcurrentMap<Long, CompletableFuture<Void>> untold = new ConcurrentHashMap<>();

	private final AtomicLong numbers = new AtomicLong();

	Propagation(String collection, Shape<K, R> shape, LocalTier<Object, R> local, @Nullable SharedRows shared,
			Consumer<List<RowNotice>> notices) {
		this.collection = collection;
		this.shape = shape;
		this.local = local;
		this.shared = shared;
		this.notices = notices;
	}

	/**
	 * Begins a write, before the store is asked.
	 */
	Write begin(RowKey key) {
		Object localKey = this.shape.localKey(key);
		return new Write(key, localKey, this.local.stamp(localKey),
				(this.shared != null) ? this.shared.begin(key) : null);
	}

	/**
	 * Returns whether rows are shared with other nodes through a tier.
	 */
	boolean isShared() {
		return this.shared != null;
	}

	RowCollection.Subscription listen(RowListener<? super K, ? super R> listener) {
		this.listeners.add(listener);
		return () -> this.listeners.remove(listener);
	}

	private void say(Consumer<RowListener<? super K, ? super R>> news) {
		for (RowListener<? super K, ? super R> listener : this.listeners) {
			try {
				news.accept(listener);
			}
			catch (RuntimeException | Error ex) {
				logger.error("A listener to collection {} failed", this.collection, ex);
			}
		}
	}

	/**
	 * Takes rows out of all caches, here and elsewhere.
	 */
	void invalidate(Collection<RowKey> keys) {
		dropAll(keys);
		keys.forEach((key) -> say((listener) -> listener.invalidated(this.shape.key(key))));
	}

	private void dropAll(Collection<RowKey> keys) {
		List<RowKey> gone = List.copyOf(keys);
		if (this.shared == null) {
			gone.forEach((key) -> this.local.forget(this.shape.localKey(key)));
			tell(gone);
			return;
		}
		// The tier first: whoever loads the row once memory has forgotten it does not
		// believe the tier any more.
		CompletableFuture<Void> removed = this.shared.remove(gone);
		gone.forEach((key) -> this.local.forget(this.shape.localKey(key)));
		tellAfter(removed, gone);
	}

	private void tellAfter(CompletableFuture<Void> answered, List<RowKey> keys) {
		CompletableFuture<Void> told = answered.thenRun(() -> tell(keys));
		if (!told.isDone()) {
			Long number = this.numbers.incrementAndGet();
			this.untold.put(number, told);
			var unused = told.whenComplete((done, failure) -> this.untold.remove(number));
		}
	}

	/**
	 * Returns when all nodes have been told of what has been written so far.
	 * @return completed when the shared tier has answered or its limits have passed
	 */
	CompletableFuture<Void> told() {
		return CompletableFuture.allOf(this.untold.values().toArray(CompletableFuture[]::new));
	}

	void tell(Collection<RowKey> keys) {
		List<RowNotice> told = new ArrayList<>(keys.size());
		keys.forEach((key) -> told.add(new RowNotice(this.collection, key.text())));
		this.notices.accept(told);
	}

	// --- what other nodes tell ---

	void heard(RowKey key) {
		if (this.shared != null) {
			this.shared.writtenElsewhere(key);
		}
		this.local.forget(this.shape.localKey(key));
		say((listener) -> listener.invalidated(this.shape.key(key)));
	}

	void doubted() {
		if (this.shared != null) {
			this.shared.anyWrittenElsewhere();
		}
		this.local.forgetAll();
		say(RowListener::invalidatedAll);
	}

	/**
	 * A write, from before the store is asked until all is done that follows from its
	 * answer. Exactly one of its methods is called, once.
	 */
	final class Write {

		private final RowKey key;

		private final Object localKey;

		private final long stamp;

		private final SharedRows.@Nullable Write toShared;

		private Write(RowKey key, Object localKey, long stamp, SharedRows.@Nullable Write toShared) {
			this.key = key;
			this.localKey = localKey;
			this.stamp = stamp;
			this.toShared = toShared;
		}

		/**
		 * The store has taken the row.
		 */
		void stored(Cell<R> cell, Row row) {
			long after = Propagation.this.local.replace(this.localKey, this.stamp, cell);
			afterShared((shared) -> shared.stored(row), true);
			sayWritten(cell, after);
		}

		/**
		 * The store has deleted the row.
		 */
		void deleted() {
			long after = Propagation.this.local.replace(this.localKey, this.stamp, Cell.absent());
			afterShared(SharedRows.Write::removed, true);
			sayWritten(Cell.absent(), after);
		}

		// Whoever hears of a row keeps it. Something that happens to it before it is said
		// may have been told already, and is told again.
		private void sayWritten(Cell<R> cell, long after) {
			K key = Propagation.this.shape.key(this.key);
			if (after != LocalTier.OVERTAKEN) {
				say((listener) -> listener.written(key, cell.held()));
			}
			if (after == LocalTier.OVERTAKEN || Propagation.this.local.stamp(this.localKey) != after) {
				say((listener) -> listener.invalidated(key));
			}
		}

		/**
		 * The store was not changed, and this is what it holds.
		 */
		void found(@Nullable Cell<R> cell, @Nullable Row row) {
			Propagation.this.local.replace(this.localKey, this.stamp, (cell != null) ? cell : Cell.absent());
			afterShared((shared) -> (row != null) ? shared.stored(row) : shared.removed(), false);
		}

		/**
		 * Nobody knows what the store holds.
		 */
		void unknown() {
			Propagation.this.local.forget(this.localKey);
			afterShared(SharedRows.Write::removed, true);
			say((listener) -> listener.invalidated(Propagation.this.shape.key(this.key)));
		}

		/**
		 * The store was not changed.
		 */
		void nothing() {
			if (this.toShared != null) {
				this.toShared.nothing();
			}
		}

		/**
		 * Forgets the row in memory at once, as what it says there is in doubt.
		 */
		void forget() {
			Propagation.this.local.forget(this.localKey);
		}

		private void afterShared(Function<SharedRows.Write, CompletableFuture<Void>> step, boolean telling) {
			List<RowKey> told = List.of(this.key);
			if (this.toShared == null) {
				if (telling) {
					tell(told);
				}
				return;
			}
			CompletableFuture<Void> done = step.apply(this.toShared);
			if (telling) {
				tellAfter(done, told);
			}
		}

	}

}
