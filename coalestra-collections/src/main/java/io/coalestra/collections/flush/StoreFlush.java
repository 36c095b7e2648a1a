package io.coalestra.collections.flush;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.coalestra.collections.flush.Claims.Claim;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.store.GroupOutcome;
import io.coalestra.collections.store.RowStore;
import io.coalestra.collections.store.RowWrite;
import io.coalestra.collections.store.StoreException;
import io.coalestra.collections.store.StoreException.Reason;
import io.coalestra.collections.store.WriteOutcome;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Offers entries to one store: those that never failed together, as one transaction, the
 * others alone. What a group fails of is found by offering its members alone. Ends early
 * when the store is lost. Used by the one thread that flushes.
 */
final class StoreFlush {

	/** After so many conflicts in a group, offering each alone is cheaper. */
	private static final int MOST_UNDONE = 8;

	private final RowStore store;

	private final PendingWrites pending;

	private final Claims claims;

	private final Answers answers;

	private final FlushSettings settings;

	private final FlushProgress progress;

	private final Set<Entry> cyclic;

	private boolean lost;

	StoreFlush(RowStore store, PendingWrites pending, Claims claims, Answers answers, FlushSettings settings,
			FlushProgress progress, Set<Entry> cyclic) {
		this.store = store;
		this.pending = pending;
		this.claims = claims;
		this.answers = answers;
		this.settings = settings;
		this.progress = progress;
		this.cyclic = cyclic;
	}

	/**
	 * Offers entries in their order.
	 * @return false if the store was lost
	 */
	boolean offer(List<Entry> entries) {
		List<Entry> group = new ArrayList<>();
		for (Entry entry : entries) {
			if (!entry.isSociable()) {
				together(group);
				group.clear();
				alone(entry);
			}
			else {
				group.add(entry);
				if (group.size() >= this.settings.maxBatchSize()) {
					together(group);
					group.clear();
				}
			}
		}
		together(group);
		return !this.lost;
	}

	private void together(List<Entry> group) {
		if (this.lost || group.isEmpty()) {
			return;
		}
		List<Offer> offers = offers(group.stream().filter(this::mayBeTried).toList());
		int undone = 0;
		while (!offers.isEmpty()) {
			if (offers.size() == 1) {
				one(offers.getFirst());
				return;
			}
			GroupOutcome outcome = group(offers);
			switch (outcome) {
				case null -> {
					return;
				}
				case GroupOutcome.Applied applied -> {
					applied(offers, applied);
					return;
				}
				case GroupOutcome.Undone one -> {
					resolve(offers.remove(one.index()), one.outcome());
					undone++;
				}
			}
			if (undone == MOST_UNDONE) {
				eachAlone(offers, false);
				return;
			}
		}
	}

	/**
	 * Claims, and settles at once what needs nothing of the store or cannot be offered.
	 */
	private List<Offer> offers(List<Entry> entries) {
		List<Offer> offers = new ArrayList<>(entries.size());
		for (Claim claim : this.claims.claim(entries, this.cyclic)) {
			this.progress.tried(claim.entry());
			DeferredWrite write = claim.write();
			if (write.creates() && write.deletes()) {
				answered(claim, null);
				this.progress.needless();
			}
			else {
				try {
					offers.add(new Offer(claim, Entry.toStore(claim.entry().owner, write)));
				}
				catch (IllegalArgumentException impossible) {
					failed(claim, impossible, false);
				}
			}
		}
		return offers;
	}

	private @Nullable GroupOutcome group(List<Offer> offers) {
		try {
			return this.store.writeAll(offers.stream().map(Offer::write).toList());
		}
		catch (StoreException ex) {
			if (ex.reason() == Reason.UNAVAILABLE) {
				lost(offers, ex);
			}
			else {
				eachAlone(offers, !ex.reason().isWithoutEffect());
			}
		}
		catch (RuntimeException ex) {
			eachAlone(offers, true);
		}
		return null;
	}

	private void eachAlone(List<Offer> offers, boolean uncertain) {
		this.claims.release(offers.stream().map(Offer::claim).toList(), uncertain);
		offers.forEach((offer) -> alone(offer.claim.entry()));
	}

	private void alone(Entry entry) {
		if (!this.lost && mayBeTried(entry)) {
			offers(List.of(entry)).forEach(this::one);
		}
	}

	private void one(Offer offer) {
		WriteOutcome outcome;
		try {
			outcome = this.store.write(offer.write);
		}
		catch (StoreException ex) {
			switch (ex.reason()) {
				case UNAVAILABLE -> lost(List.of(offer), ex);
				case TRANSIENT, REFERENCE -> failedPatiently(offer.claim, ex);
				case UNABLE -> unable(offer.claim, ex);
				case REJECTED -> failed(offer.claim, ex, false);
				case UNREADABLE -> failed(offer.claim, ex, true);
			}
			return;
		}
		catch (RuntimeException ex) {
			failed(offer.claim, ex, true);
			return;
		}
		resolve(offer, outcome);
	}

	private void applied(List<Offer> offers, GroupOutcome.Applied applied) {
		List<@Nullable Row> rows = new ArrayList<>(offers.size());
		applied.outcomes()
			.forEach((outcome) -> rows.add((outcome instanceof WriteOutcome.Stored stored) ? stored.row() : null));
		this.answers.stored(offers.stream().map(Offer::claim).toList(), rows);
		offers.forEach((offer) -> this.progress.stored(offer.claim.entry().owner));
	}

	private void stored(Claim claim, @Nullable Row row) {
		answered(claim, row);
		this.progress.stored(claim.entry().owner);
	}

	private void answered(Claim claim, @Nullable Row row) {
		List<@Nullable Row> rows = new ArrayList<>(1);
		rows.add(row);
		this.answers.stored(List.of(claim), rows);
	}

	private void resolve(Offer offer, WriteOutcome outcome) {
		Claim claim = offer.claim;
		switch (outcome) {
			case WriteOutcome.Stored stored -> stored(claim, stored.row());
			case WriteOutcome.Deleted deleted -> stored(claim, null);
			case WriteOutcome.Missing missing -> {
				DeferredWrite follows = claim.entry().follows;
				if (claim.write().deletes()) {
					stored(claim, null);
				}
				else if (follows != null && follows.deletes()) {
					offerAnew(claim, claim.write().uponNothing());
				}
				else {
					refused(claim, null);
				}
			}
			case WriteOutcome.Conflict conflict -> other(offer, conflict.current());
			case WriteOutcome.Duplicate duplicate -> {
				if (duplicate.current() == null) {
					failedPatiently(claim, new IllegalStateException("the row was there, and gone a moment later"));
				}
				else {
					other(offer, duplicate.current());
				}
			}
		}
	}

	private void other(Offer offer, Row current) {
		Claim claim = offer.claim;
		Entry entry = claim.entry();
		DeferredWrite follows = entry.follows;
		if (claim.uncertain() && Match.isResult(current, offer.write)) {
			stored(claim, current);
		}
		else if (follows != null && Match.isResult(current, Entry.toStore(entry.owner, follows))) {
			offerAnew(claim, claim.write().upon(current.version()));
		}
		else {
			refused(claim, current);
		}
	}

	private void offerAnew(Claim claim, DeferredWrite write) {
		this.claims.rebase(claim, write);
		alone(claim.entry());
	}

	private void refused(Claim claim, @Nullable Row current) {
		this.progress.conflicts(this.answers.refused(claim, current));
	}

	private void lost(List<Offer> offers, StoreException ex) {
		this.lost = true;
		this.progress.failed(ex, offers.size());
		for (Offer offer : offers) {
			Entry entry = offer.claim.entry();
			entry.failure = ex;
			if (offers.size() > 1) {
				entry.lostTogether++;
			}
			else {
				entry.lostAlone++;
			}
		}
		this.claims.release(offers.stream().map(Offer::claim).toList(), true);
	}

	/**
	 * The store takes nothing of the collection, through no fault of the row: that is no
	 * attempt, and the others of the collection are left alone until the next flush.
	 * Where it has just taken another row, it is this row all the same. What has waited
	 * through the whole limit is given up, one after the other.
	 */
	private void unable(Claim claim, StoreException ex) {
		Entry entry = claim.entry();
		if (this.progress.isAble(entry.owner)) {
			failedPatiently(claim, ex);
			return;
		}
		entry.owner.unable(this.settings.time().monotonicNanos());
		if (hasWaitedEnough(entry)) {
			entry.patientAttempts++;
			failed(claim, ex, false, true);
			return;
		}
		this.progress.unable(entry.owner);
		this.progress.failed(ex, 1);
		entry.failure = ex;
		entry.lostAlone++;
		this.claims.release(List.of(claim), false);
	}

	private boolean mayBeTried(Entry entry) {
		return !this.progress.isUnable(entry.owner) || hasWaitedEnough(entry);
	}

	private boolean hasWaitedEnough(Entry entry) {
		long now = this.settings.time().monotonicNanos();
		Duration limit = this.settings.unableLimit();
		return entry.owner.unableFor(now).compareTo(limit) >= 0 && now - entry.since >= TimeSource.toNanos(limit);
	}

	private void failed(Claim claim, RuntimeException ex, boolean uncertain) {
		Entry entry = claim.entry();
		entry.attempts++;
		failed(claim, ex, uncertain, entry.attempts >= this.settings.maxAttempts());
	}

	private void failedPatiently(Claim claim, RuntimeException ex) {
		Entry entry = claim.entry();
		entry.patientAttempts++;
		failed(claim, ex, false, entry.patientAttempts >= this.settings.maxPatientAttempts());
	}

	private void failed(Claim claim, RuntimeException ex, boolean uncertain, boolean last) {
		Entry entry = claim.entry();
		entry.failure = ex;
		this.progress.failed(ex, 1);
		int attempts = entry.attempts + entry.patientAttempts;
		int given = (last && !this.pending.isKeptForNextProcess()) ? this.answers.dropped(claim, attempts, ex) : 0;
		if (given > 0) {
			this.progress.dropped(given);
		}
		else {
			entry.notBefore = TimeSource.plus(this.settings.time().monotonicNanos(),
					this.settings.backoff().nanos(attempts));
			this.claims.release(List.of(claim), uncertain);
		}
	}

	private record Offer(Claim claim, RowWrite write) {
	}

}
