package io.coalestra.internal.tier;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import io.coalestra.cache.WriteRule;
import io.coalestra.tier.TierContent;
import io.coalestra.tier.TierLookup;
import io.coalestra.tier.TierWrite;
import io.coalestra.time.TimeSource;

/**
 * Which clearing of the tier this node knows of: the era is part of the names in the
 * tier, and a clearing raises it, so that nothing written before is found any more.
 *
 * <p>
 * The era is raised under this object's monitor and read by anybody without it: who sees
 * an era that is over asks in vain, and learns of it by the answer.
 */
final class SharedEra {

	private static final int REMARKS_A_LIFE = 4;

	private final TierServices services;

	private final StoredLife life;

	private final SeenVersions seen;

	private volatile long current;

	// When this node writes the mark of the last clearing again, by the monotonic clock.
	private final AtomicLong markedUntil;

	SharedEra(TierServices services, StoredLife life, SeenVersions seen) {
		this.services = services;
		this.life = life;
		this.seen = seen;
		this.markedUntil = new AtomicLong(services.time().monotonicNanos());
	}

	long current() {
		return this.current;
	}

	/**
	 * Learns of an era, and forgets the versions of those before. One that lies back
	 * changes nothing.
	 * @param actual the era
	 */
	void raise(long actual) {
		synchronized (this) {
			if (actual <= this.current) {
				return;
			}
			this.current = actual;
		}
		this.seen.forget();
	}

	/**
	 * Looks whether what was read is of the era that was asked for, and learns the tier's
	 * era if not. The mark of the last clearing is kept from expiring: each node that
	 * reads writes it again from time to time, and at once where the tier has lost it, so
	 * that all nodes agree on the era.
	 * @param asked the era that was asked for
	 * @param mark what the tier says of clearings
	 * @return true if it is
	 */
	boolean confirms(long asked, TierLookup mark) {
		long actual = eraOf(mark);
		raise(actual);
		remark(actual);
		return actual == asked;
	}

	// A clearing is an invalidation, whose generation is the era; what keeps it is a
	// value, whose order is.
	private static long eraOf(TierLookup mark) {
		return switch (mark) {
			case TierLookup.Removed removed -> removed.version().generation();
			case TierLookup.Found found ->
				Math.max(found.entry().version().generation(), found.entry().version().order());
			case TierLookup.Nothing nothing -> 0;
		};
	}

	private void remark(long actual) {
		long known = this.current;
		long now = this.services.time().monotonicNanos();
		long until = this.markedUntil.get();
		boolean isLost = actual < known;
		if (known == 0 || (!isLost && now - until < 0)) {
			return;
		}
		Duration stands = this.life.ofMark();
		if (this.markedUntil.compareAndSet(until, now + TimeSource.toNanos(stands.dividedBy(REMARKS_A_LIFE)))) {
			TierWrite mark = new TierWrite.Update(this.services.keys().clearing(),
					TierContent.of(0, known, new byte[0]), WriteRule.REPLACE_EQUAL, stands);
			// Where it is not taken, the next read that misses the mark tries again.
			var unused = this.services.gate().write((tier) -> tier.write(List.of(mark)));
		}
	}

	/**
	 * Makes the write that clears everything.
	 * @return the write, whose generation will be the era
	 */
	TierWrite clearing() {
		return new TierWrite.Invalidation(this.services.keys().clearing(), this.life.ofMark());
	}

}
