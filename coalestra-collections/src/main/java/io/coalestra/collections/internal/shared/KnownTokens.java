package io.coalestra.collections.internal.shared;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.coalestra.collections.row.RowKey;
import io.coalestra.tier.FillToken;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * What the shared tier last said of rows, so that it need not be asked before a row is
 * written again, or can be asked while the store is.
 *
 * <p>
 * An old token is as safe as a new one: what has happened to the row in the tier since
 * makes the tier refuse it, and the write is then followed by a removal. A token is kept
 * for as long as the tier takes it, less a quarter for the write itself.
 *
 * <p>
 * A token that came while the store was asked may be too young: another node may have
 * written the row again by then, and the removal that followed is what the token already
 * knows of. It is {@linkplain #unlessTooYoung taken} only where no removal can have come
 * since the write began: the row has none that stands, as any would by far outlive the
 * request; or it has one that was known before. And only where the tier's contents are
 * those that were known before, as with other ones removals are lost. Neither depends on
 * what clocks say. Bounded; safe for concurrent use.
 */
final class KnownTokens {

	private static final int MAX_TOKENS = 10_000;

	// One for each life of each part of the tier.
	private static final int MAX_NAMES = 1_000;

	private final Cache<RowKey, Known> tokens = Caffeine.newBuilder()
		.executor(Runnable::run)
		.maximumSize(MAX_TOKENS)
		.build();

	private final TimeSource time;

	private final long life;

	// The last removal that was seen of each row, where there was one.
	private final Cache<RowKey, Long> marks = Caffeine.newBuilder()
		.executor(Runnable::run)
		.maximumSize(MAX_TOKENS)
		.build();

	// The names of the tier's contents in the order in which they were met. A name is
	// counted inside the map's atomic change of it, so that whoever reads the count has
	// all names up to it behind him.
	private final ConcurrentMap<String, Name> names = new ConcurrentHashMap<>();

	private final AtomicInteger met = new AtomicInteger();

	KnownTokens(Duration longestFill, TimeSource time) {
		this.time = time;
		this.life = TimeSource.toNanos(longestFill) / 4 * 3;
	}

	/**
	 * Returns the token of a row.
	 * @return the token, or null where the tier is to be asked
	 */
	@Nullable Known of(RowKey key) {
		Known known = this.tokens.getIfPresent(key);
		if (known == null || this.time.monotonicNanos() < known.until) {
			return known;
		}
		this.tokens.invalidate(key);
		return null;
	}

	/**
	 * Returns what is known of a row before the store is asked to write it.
	 */
	Before before(RowKey key) {
		Long mark = this.marks.getIfPresent(key);
		return new Before(this.time.monotonicNanos(), this.met.get(), (mark != null) ? mark : 0);
	}

	/**
	 * Makes what can be kept of an answer that was here before the store was asked.
	 * @param token the token
	 * @param before what was known when the tier was asked
	 */
	Known known(FillToken token, Before before) {
		return known(token, nameOf(token), before);
	}

	private Known known(FillToken token, Name name, Before before) {
		return new Known(new FillToken(name.text, token.readAt(), token.mark()), TimeSource.plus(before.at, this.life));
	}

	/**
	 * Makes what can be kept of an answer that came while the store was asked.
	 * @param token the token
	 * @param before what was known when both were asked
	 * @return what can be kept, or null where the row may have been removed meanwhile
	 */
	@Nullable Known unlessTooYoung(FillToken token, Before before) {
		Name name = nameOf(token);
		Known known = known(token, name, before);
		boolean sameContents = name.number <= before.names;
		boolean sameRemovals = token.mark() == 0 || token.mark() == before.mark;
		return (sameContents && sameRemovals && this.time.monotonicNanos() < known.until) ? known : null;
	}

	/**
	 * Notes what the tier said of a row.
	 */
	void seen(RowKey key, FillToken token) {
		nameOf(token);
		seen(key, token.mark());
	}

	/**
	 * Notes the last removal of a row.
	 * @param mark the row's generation, zero where there was none
	 */
	void seen(RowKey key, long mark) {
		if (mark != 0) {
			this.marks.put(key, mark);
		}
	}

	private Name nameOf(FillToken token) {
		Name known = this.names.get(token.incarnation());
		if (known != null) {
			return known;
		}
		if (this.names.size() >= MAX_NAMES) {
			this.names.clear();
		}
		return this.names.computeIfAbsent(token.incarnation(), (text) -> new Name(text, this.met.incrementAndGet()));
	}

	void keep(RowKey key, Known known) {
		this.tokens.put(key, known);
	}

	void forget(RowKey key) {
		this.tokens.invalidate(key);
	}

	void forgetAll() {
		this.tokens.invalidateAll();
	}

	/**
	 * A token, and until when it may be shown.
	 */
	record Known(FillToken token, long until) {
	}

	/**
	 * What was known before the store was asked.
	 *
	 * @param at when that was, by the monotonic clock
	 * @param names how many names of the tier's contents had been met
	 * @param mark the last known removal of the row, or zero
	 */
	record Before(long at, int names, long mark) {

		/**
		 * Returns whether the tier has never answered.
		 */
		boolean isFirst() {
			return this.names == 0;
		}

	}

	private record Name(String text, int number) {
	}

}
