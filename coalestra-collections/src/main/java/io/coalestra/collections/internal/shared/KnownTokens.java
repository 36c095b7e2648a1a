package io.coalestra.collections.internal.shared;

import java.time.Duration;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.coalestra.collections.row.RowKey;
import io.coalestra.tier.FillToken;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * What the shared tier last said of rows that this process has put there, so that it need
 * not be asked before the row is written again.
 *
 * <p>
 * An old token is as safe as a new one: what has happened to the row in the tier since
 * makes the tier refuse it, and the write is then followed by a removal. A token is kept
 * for as long as the tier takes it, less a quarter for the write itself. Bounded; safe
 * for concurrent use.
 */
final class KnownTokens {

	private static final int MAX_TOKENS = 10_000;

	private final Cache<RowKey, Known> tokens = Caffeine.newBuilder()
		.executor(Runnable::run)
		.maximumSize(MAX_TOKENS)
		.build();

	private final TimeSource time;

	private final long life;

	// All tokens of one life of the tier share its name. Replaced by whoever finds
	// another.
	private volatile String incarnation = "";

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
	 * Makes what can be kept of an answer.
	 * @param token the token
	 * @param askedAt when the tier was asked, by the monotonic clock
	 */
	Known known(FillToken token, long askedAt) {
		String name = this.incarnation;
		if (!name.equals(token.incarnation())) {
			name = token.incarnation();
			this.incarnation = name;
		}
		return new Known(new FillToken(name, token.readAt(), token.mark()), TimeSource.plus(askedAt, this.life));
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

}
