package io.coalestra.collections.flush;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

import io.coalestra.collections.flush.Claims.Round;
import io.coalestra.collections.store.RowStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flushes, one at a time.
 *
 * <p>
 * {@code lock} is held for a whole flush, so that what one has offered is answered before
 * the next one looks. A flush works in rounds, since the second write of a row can only
 * be offered when the first has been answered: what was pending when it began has had its
 * turn when it ends.
 */
final class Flusher {

	private static final Logger logger = LoggerFactory.getLogger(Flusher.class);

	private final PendingWrites pending;

	private final Claims claims;

	private final FlushTurn turn;

	private final FlushSettings settings;

	private final FlushTally tally;

	private final Answers answers;

	private final ReentrantLock lock = new ReentrantLock(true);

	Flusher(PendingWrites pending, FlushTurn turn, FlushSettings settings, FlushTally tally) {
		this.pending = pending;
		this.claims = new Claims(pending);
		this.turn = turn;
		this.settings = settings;
		this.tally = tally;
		this.answers = new Answers(this.claims, settings, tally);
	}

	/**
	 * Flushes.
	 * @param selected the collections, to which come those that their rows refer to
	 * @param patience whether rows that failed lately are left alone
	 * @return what it did
	 * @throws IllegalStateException if called by a callback of a flush
	 */
	FlushResult flush(Predicate<CollectionBuffer> selected, Patience patience) {
		requireOutside();
		this.lock.lock();
		this.turn.begin();
		try {
			return run(selected, patience);
		}
		finally {
			this.turn.end();
			this.lock.unlock();
		}
	}

	void requireOutside() {
		if (this.turn.isMine()) {
			throw new IllegalStateException("flush: called by a callback of a flush (expected: by anyone else)");
		}
	}

	private FlushResult run(Predicate<CollectionBuffer> selected, Patience patience) {
		long upTo = this.pending.lastId();
		if (this.pending.left(selected, upTo) == 0) {
			return FlushResult.NOTHING;
		}
		this.tally.flushes.increment();
		FlushProgress progress = new FlushProgress(this.tally);
		long now = (patience == Patience.WAITS) ? this.settings.time().monotonicNanos() : Long.MAX_VALUE;
		Set<RowStore> lost = new HashSet<>();
		int triedBefore = -1;
		while (progress.tried().size() > triedBefore) {
			triedBefore = progress.tried().size();
			FlushOrder order = this.claims.due(new Round(selected, upTo, now, progress.tried()));
			progress.cycles(order.cycles());
			byStore(order.ordered()).forEach((store, entries) -> {
				StoreFlush offering = new StoreFlush(store, this.pending, this.claims, this.answers, this.settings,
						progress, order.cyclic());
				if (!lost.contains(store) && !offering.offer(entries)) {
					lost.add(store);
				}
			});
		}
		FlushResult result = progress.result(this.pending.left(selected, upTo));
		if (result.failure() != null) {
			logger.warn("A flush stored {} writes and left {}; {} failed, of which the first is", result.stored(),
					result.left(), result.failed(), result.failure());
		}
		return result;
	}

	private static Map<RowStore, List<Entry>> byStore(List<Entry> entries) {
		Map<RowStore, List<Entry>> byStore = new LinkedHashMap<>();
		for (Entry entry : entries) {
			byStore.computeIfAbsent(entry.owner.collection.store(), (store) -> new ArrayList<>()).add(entry);
		}
		return byStore;
	}

	/**
	 * Gives up what is left, where nothing will be there to store it. Where a flush still
	 * waits for a store, it is interrupted, and what is left is reported only, since the
	 * store may take some of it yet.
	 * @return how many writes were taken out
	 */
	int giveUp(Throwable reason) {
		if (!this.lock.tryLock()) {
			this.turn.interrupt();
			this.pending.all().forEach((entry) -> this.answers.reported(entry, reason));
			return 0;
		}
		this.turn.begin();
		try {
			return this.pending.all().stream().mapToInt((entry) -> giveUp(entry, reason)).sum();
		}
		finally {
			this.turn.end();
			this.lock.unlock();
		}
	}

	private int giveUp(Entry entry, Throwable reason) {
		// What came behind it goes with the first.
		List<Claims.Claim> claims = entry.lane.isFirst(entry) ? this.claims.claim(List.of(entry), Set.of(entry))
				: List.of();
		Throwable cause = (entry.failure != null) ? entry.failure : reason;
		return claims.stream()
			.mapToInt((claim) -> this.answers.dropped(claim, entry.attempts + entry.patientAttempts, cause))
			.sum();
	}

	/**
	 * What is done with rows that failed lately.
	 */
	enum Patience {

		/** They are left alone for as long as their back-off says. */
		WAITS,

		/** They are tried. */
		TRIES

	}

}
