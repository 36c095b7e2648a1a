package io.coalestra.collections.flush;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.coalestra.collections.flush.Claims.Claim;
import io.coalestra.collections.row.Row;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells collections and handlers what became of writes, and takes the writes out after
 * that. Used by the one thread that flushes.
 */
final class Answers {

	private static final Logger logger = LoggerFactory.getLogger(Answers.class);

	private final Claims claims;

	private final FlushSettings settings;

	private final FlushTally tally;

	Answers(Claims claims, FlushSettings settings, FlushTally tally) {
		this.claims = claims;
		this.settings = settings;
		this.tally = tally;
	}

	/**
	 * The store has them.
	 */
	void stored(List<Claim> claims, List<? extends @Nullable Row> rows) {
		for (int i = 0; i < claims.size(); i++) {
			tell(claims.get(i), new DeferredOutcome.Stored(rows.get(i)));
		}
		this.claims.stored(claims, rows);
		this.tally.stored.add(claims.size());
	}

	/**
	 * The store's row is another; what was made upon the write cannot be stored either.
	 * @return how many writes that were
	 */
	// Handlers hear of it when the writes are out, so that what they write is a new one.
	int refused(Claim claim, @Nullable Row current) {
		List<Claim> abandoned = new ArrayList<>();
		List<Claim> next = List.of(claim);
		while (!next.isEmpty()) {
			next.forEach((each) -> tell(each, new DeferredOutcome.Refused()));
			abandoned.addAll(next);
			next = this.claims.abandon(claim, entries(abandoned));
		}
		for (Claim each : abandoned) {
			contained(() -> this.settings.conflicts()
				.accept(new FlushConflict(each.entry().owner.name(), each.write(), current)), each);
			this.tally.conflicts.increment();
		}
		return abandoned.size();
	}

	private static Set<Entry> entries(List<Claim> claims) {
		Set<Entry> entries = new HashSet<>();
		claims.forEach((claim) -> entries.add(claim.entry()));
		return entries;
	}

	/**
	 * It is given up.
	 * @return how many writes that were, of the row; zero if the handler of dead letters
	 * did not take it, so that it stays
	 */
	// What is written while the handler runs, by itself perhaps, is none of what is given
	// up.
	int dropped(Claim claim, int attempts, Throwable failure) {
		List<Claim> behind = this.claims.claimBehind(claim);
		DeadLetter letter = new DeadLetter(claim.entry().owner.name(), claim.write(), attempts, failure);
		if (!contained(() -> this.settings.deadLetters().accept(letter), claim)) {
			this.claims.release(behind, false);
			return 0;
		}
		tell(claim, new DeferredOutcome.Dropped(failure));
		for (Claim each : behind) {
			tell(each, new DeferredOutcome.Refused());
			contained(() -> this.settings.deadLetters()
				.accept(new DeadLetter(each.entry().owner.name(), each.write(), 0, failure)), each);
		}
		this.claims.drop(claim, behind);
		this.tally.dropped.add(1L + behind.size());
		return 1 + behind.size();
	}

	/**
	 * It is given up as far as anybody here can tell.
	 */
	void reported(Entry entry, Throwable failure) {
		Claim claim = new Claim(entry, entry.write, true);
		contained(() -> this.settings.deadLetters()
			.accept(new DeadLetter(entry.owner.name(), claim.write(), entry.attempts + entry.patientAttempts, failure)),
				claim);
		this.tally.dropped.increment();
	}

	private void tell(Claim claim, DeferredOutcome outcome) {
		contained(() -> claim.entry().owner.collection.listener().settled(claim.write(), outcome), claim);
	}

	// Whatever the application's code throws, the store has answered.
	private boolean contained(Runnable callback, Claim claim) {
		try {
			callback.run();
			return true;
		}
		catch (RuntimeException ex) {
			this.tally.callbackFailures.increment();
			logger.error("A callback for a write of {} failed", claim.entry(), ex);
			return false;
		}
	}

}
