package io.coalestra.collections.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.Table;

/**
 * A store that a test spoils: it fails before or after it has done what it was asked, or
 * holds answers back; and it counts.
 */
public final class FaultyRowStore implements RowStore {

	private final RowStore store;

	// All below is read and written under this object's monitor, which is not held while
	// the store works.
	private StoreException.Reason failure;

	private boolean afterEffect;

	private Predicate<RowWrite> poison = (write) -> false;

	private StoreException.Reason poisonous = StoreException.Reason.REJECTED;

	private Set<RowKey> garbled = Set.of();

	private CountDownLatch heldBack;

	private int waiting;

	private Runnable afterFetch = () -> {
	};

	private Runnable afterWrite = () -> {
	};

	private final List<List<RowKey>> fetches = new ArrayList<>();

	private int writes;

	private int groups;

	public FaultyRowStore(RowStore store) {
		this.store = store;
	}

	/**
	 * Fails everything from now on, and does nothing of it.
	 */
	public synchronized void fail(StoreException.Reason reason) {
		this.failure = reason;
		this.afterEffect = false;
	}

	/**
	 * Does everything from now on, and then fails as if the connection were lost.
	 */
	public synchronized void failAfterEffect() {
		this.failure = StoreException.Reason.UNAVAILABLE;
		this.afterEffect = true;
	}

	/**
	 * Rejects certain writes from now on, and any group that holds one.
	 */
	public synchronized void reject(Predicate<RowWrite> poison) {
		reject(poison, StoreException.Reason.REJECTED);
	}

	/**
	 * Refuses certain writes from now on, and any group that holds one.
	 */
	public synchronized void reject(Predicate<RowWrite> poison, StoreException.Reason reason) {
		this.poison = poison;
		this.poisonous = reason;
	}

	/**
	 * Cannot read certain rows from now on.
	 */
	public synchronized void garble(RowKey... keys) {
		this.garbled = Set.of(keys);
	}

	private synchronized Map<RowKey, Row> readable(Map<RowKey, Row> found) {
		Map<RowKey, Row> others = new LinkedHashMap<>(found);
		others.keySet().removeAll(this.garbled);
		if (others.size() < found.size()) {
			Set<RowKey> unreadable = new HashSet<>(found.keySet());
			unreadable.retainAll(this.garbled);
			throw new UnreadableRowsException(name(), "scripted", others, unreadable,
					new IllegalArgumentException("scripted"));
		}
		return found;
	}

	/**
	 * Holds back the answers of reads from now on: they are read, but not given.
	 */
	public synchronized void hold() {
		this.heldBack = new CountDownLatch(1);
	}

	/**
	 * Lets something happen once, between the next read by key and its answer.
	 */
	public synchronized void afterFetch(Runnable meanwhile) {
		this.afterFetch = meanwhile;
	}

	private synchronized Runnable takeAfterFetch() {
		Runnable taken = this.afterFetch;
		this.afterFetch = () -> {
		};
		return taken;
	}

	/**
	 * Lets something happen once, between the next write of one row and its answer.
	 */
	public synchronized void afterWrite(Runnable meanwhile) {
		this.afterWrite = meanwhile;
	}

	private synchronized Runnable takeAfterWrite() {
		Runnable taken = this.afterWrite;
		this.afterWrite = () -> {
		};
		return taken;
	}

	/**
	 * Works again, and gives what was held back.
	 */
	public synchronized void heal() {
		this.failure = null;
		this.poison = (write) -> false;
		if (this.heldBack != null) {
			this.heldBack.countDown();
			this.heldBack = null;
		}
	}

	/**
	 * Returns how many reads wait for their answer.
	 */
	public synchronized int held() {
		return this.waiting;
	}

	/**
	 * Returns the keys of each read by key so far.
	 */
	public synchronized List<List<RowKey>> fetches() {
		return List.copyOf(this.fetches);
	}

	/**
	 * Returns how many writes have come, those in groups among them.
	 */
	public synchronized int writes() {
		return this.writes;
	}

	/**
	 * Returns how many groups of writes have come.
	 */
	public synchronized int groups() {
		return this.groups;
	}

	@Override
	public String name() {
		return this.store.name();
	}

	private <T> T ask(Supplier<T> question) {
		StoreException.Reason reason;
		boolean late;
		synchronized (this) {
			reason = this.failure;
			late = this.afterEffect;
		}
		if (reason != null && !late) {
			throw new StoreException(name(), reason, "scripted", null);
		}
		T answer = question.get();
		if (reason != null) {
			throw new StoreException(name(), reason, "scripted, after the effect", null);
		}
		return answer;
	}

	private <T> T held(T answer) {
		CountDownLatch latch;
		synchronized (this) {
			latch = this.heldBack;
			if (latch == null) {
				return answer;
			}
			this.waiting++;
		}
		try {
			if (!latch.await(20, TimeUnit.SECONDS)) {
				throw new IllegalStateException("held back for 20 seconds (expected: heal())");
			}
			return answer;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new StoreException(name(), StoreException.Reason.UNAVAILABLE, "interrupted", ex);
		}
		finally {
			synchronized (this) {
				this.waiting--;
			}
		}
	}

	@Override
	public Map<RowKey, Row> fetch(Table table, Collection<RowKey> keys) {
		synchronized (this) {
			this.fetches.add(List.copyOf(keys));
		}
		Map<RowKey, Row> found = ask(() -> this.store.fetch(table, keys));
		takeAfterFetch().run();
		return readable(held(found));
	}

	@Override
	public WriteOutcome write(RowWrite write) {
		synchronized (this) {
			this.writes++;
			refusePoison(write);
		}
		WriteOutcome outcome = ask(() -> this.store.write(write));
		takeAfterWrite().run();
		return outcome;
	}

	@Override
	public GroupOutcome writeAll(List<? extends RowWrite> writes) {
		synchronized (this) {
			this.groups++;
			this.writes += writes.size();
			writes.forEach(this::refusePoison);
		}
		return ask(() -> this.store.writeAll(writes));
	}

	private void refusePoison(RowWrite write) {
		if (this.poison.test(write)) {
			throw new StoreException(name(), this.poisonous, "scripted poison", null);
		}
	}

	@Override
	public List<Row> scan(Scan scan) {
		return held(ask(() -> this.store.scan(scan)));
	}

	@Override
	public List<RowKey> repoint(Repointing repointing) {
		return ask(() -> this.store.repoint(repointing));
	}

}
