package io.coalestra.lease;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;

import io.coalestra.tier.LeaseTable;
import io.coalestra.tier.LeaseTable.Claim;
import io.coalestra.tier.LeaseTable.Grant;
import io.coalestra.tier.SharedTier;
import io.coalestra.tier.TierException;
import io.coalestra.time.TimeSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands out leases, over all nodes that share a tier.
 *
 * <pre>{@code
 * Leases leases = Leases.on(tier).life(Duration.ofSeconds(30)).renewal(Leases.Renewal.AUTOMATIC).build();
 * try (Lease lease = leases.acquire("nightly-report")) {
 *     report.write(lease.fencingNumber());
 * }
 * }</pre>
 *
 * Nothing here fails open: a tier that does not answer means no lease, by
 * {@link TierException}. Leases are not reentrant, and queues are not fair. Safe for
 * concurrent use.
 */
public final class Leases implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Leases.class);

	private final SharedTier tier;

	private final String holder;

	private final Duration life;

	private final Duration wait;

	private final Duration poll;

	private final Duration answerLimit;

	private final Renewal renewal;

	private final TimeSource time;

	private final Set<Lease> held = ConcurrentHashMap.newKeySet();

	private Leases(Builder builder) {
		this.tier = builder.tier;
		this.holder = builder.holder;
		this.life = builder.life;
		this.wait = builder.wait;
		this.poll = builder.poll;
		this.answerLimit = builder.answerLimit;
		this.renewal = builder.renewal;
		this.time = builder.time;
	}

	/**
	 * Starts a configuration.
	 * @param tier the tier that keeps the leases
	 * @return the configuration
	 */
	public static Builder on(SharedTier tier) {
		return new Builder(Objects.requireNonNull(tier, "tier"));
	}

	/**
	 * Acquires a lease, waiting for it as long as was configured.
	 * @param name what is leased: 1 to 200 characters
	 * @return the lease
	 * @throws LeaseException if another holds it
	 * @throws TierException if the tier does not answer
	 * @throws InterruptedException if the thread is interrupted
	 */
	public Lease acquire(String name) throws InterruptedException {
		long deadline = until(this.wait);
		while (true) {
			long asked = now();
			Claim claim = claim(name);
			if (claim instanceof Claim.Granted granted) {
				return lease(granted.grant(), asked);
			}
			Duration left = Duration.ofNanos(Math.max(0, deadline - now()));
			if (this.wait.isZero()) {
				throw new LeaseException(name, LeaseException.Reason.HELD, "held by another");
			}
			if (left.isZero()) {
				throw new LeaseException(name, LeaseException.Reason.TIMED_OUT,
						"held by another for all of " + this.wait);
			}
			pause(shortest(left, this.poll, ((Claim.Held) claim).remaining()));
		}
	}

	/**
	 * Acquires a lease if nobody holds it, without waiting.
	 * @param name what is leased: 1 to 200 characters
	 * @return the lease, or empty where another holds it
	 * @throws TierException if the tier does not answer
	 * @throws InterruptedException if the thread is interrupted
	 */
	public Optional<Lease> tryAcquire(String name) throws InterruptedException {
		long asked = now();
		return (claim(name) instanceof Claim.Granted granted) ? Optional.of(lease(granted.grant(), asked))
				: Optional.empty();
	}

	private Claim claim(String name) throws InterruptedException {
		CompletableFuture<Claim> asked = table().claim(name, this.holder, this.life);
		boolean answered = false;
		try {
			Claim claim = await(asked);
			answered = true;
			return claim;
		}
		finally {
			if (!answered) {
				// Granted after nobody waited any more: nobody would give it back.
				var unused = asked.thenAccept((late) -> {
					if (late instanceof Claim.Granted granted) {
						release(granted.grant());
					}
				});
			}
		}
	}

	private Lease lease(Grant grant, long asked) {
		Lease lease = new Lease(this, grant, this.life, TimeSource.plus(asked, TimeSource.toNanos(this.life)));
		this.held.add(lease);
		if (this.renewal == Renewal.AUTOMATIC) {
			lease.renewAutomatically();
		}
		lease.checkRunOut();
		return lease;
	}

	private static Duration shortest(Duration... spans) {
		Duration shortest = spans[0];
		for (Duration span : spans) {
			shortest = (span.compareTo(shortest) < 0) ? span : shortest;
		}
		return shortest;
	}

	// Those who wait for the same lease do not all come back at once.
	private void pause(Duration atMost) throws InterruptedException {
		long nanos = Math.max(1, TimeSource.toNanos(atMost));
		CompletableFuture<Boolean> over = new CompletableFuture<>();
		schedule(() -> over.complete(true),
				Duration.ofNanos(nanos - ThreadLocalRandom.current().nextLong(nanos / 4 + 1)));
		get(over);
	}

	LeaseTable table() {
		return this.tier.leases();
	}

	long now() {
		return this.time.monotonicNanos();
	}

	long until(Duration span) {
		return TimeSource.plus(now(), TimeSource.toNanos(span));
	}

	TimeSource.Timer schedule(Runnable task, Duration delay) {
		return this.time.schedule(task, TimeSource.toNanos(delay));
	}

	/**
	 * Bounds how long the tier has for its answer.
	 */
	<T> CompletableFuture<T> limited(CompletableFuture<T> asked) {
		CompletableFuture<T> bounded = asked.copy();
		TimeSource.Timer limit = schedule(
				() -> bounded.completeExceptionally(
						new TierException(this.tier.name(), "no answer within " + this.answerLimit, null)),
				this.answerLimit);
		return bounded.whenComplete((answer, failure) -> limit.cancel());
	}

	<T> T await(CompletableFuture<T> asked) throws InterruptedException {
		return get(limited(asked));
	}

	private <T> T get(CompletableFuture<T> future) throws InterruptedException {
		try {
			return future.get();
		}
		catch (ExecutionException ex) {
			Throwable cause = ex.getCause();
			throw (cause instanceof TierException known) ? known
					: new TierException(this.tier.name(), String.valueOf(cause), cause);
		}
	}

	// What the tier does not learn runs out.
	void release(Grant grant) {
		var unused = table().release(grant)
			.whenComplete(
					(held, failure) -> logger.debug("{} given back: {}", grant, (failure != null) ? failure : held));
	}

	void forget(Lease lease) {
		this.held.remove(lease);
	}

	/**
	 * Gives back every lease that is still held.
	 */
	@Override
	public void close() {
		this.held.forEach(Lease::close);
	}

	/**
	 * Whether leases are prolonged by themselves.
	 */
	public enum Renewal {

		/** Whenever a third of its life has passed, until it is given back or lost. */
		AUTOMATIC,

		/** Only by {@link Lease#renew()}. */
		MANUAL

	}

	/**
	 * Configures {@link Leases}. Not safe for concurrent use.
	 */
	public static final class Builder {

		private final SharedTier tier;

		private String holder = UUID.randomUUID().toString();

		private Duration life = Duration.ofSeconds(30);

		private Duration wait = Duration.ofSeconds(60);

		private Duration poll = Duration.ofSeconds(1);

		private Duration answerLimit = Duration.ofSeconds(2);

		private Renewal renewal = Renewal.MANUAL;

		private TimeSource time = TimeSource.system();

		private Builder(SharedTier tier) {
			this.tier = tier;
		}

		/**
		 * Names who holds the leases, for those who look into the tier.
		 * @param value the name; by default a random one
		 * @return this
		 */
		public Builder holder(String value) {
			this.holder = Objects.requireNonNull(value, "holder");
			return this;
		}

		/**
		 * Sets for how long a lease is held unless renewed.
		 * @param value at least one millisecond; by default 30 seconds
		 * @return this
		 */
		public Builder life(Duration value) {
			if (value.toMillis() < 1) {
				throw new IllegalArgumentException("life: " + value + " (expected: at least PT0.001S)");
			}
			this.life = value;
			return this;
		}

		/**
		 * Sets for how long {@link Leases#acquire} waits for a lease that another holds.
		 * @param value zero or more; zero fails at once; by default a minute
		 * @return this
		 */
		public Builder waitFor(Duration value) {
			if (value.isNegative()) {
				throw new IllegalArgumentException("waitFor: " + value + " (expected: not negative)");
			}
			this.wait = value;
			return this;
		}

		/**
		 * Sets after how long at most a lease is asked for again.
		 * @param value more than zero; by default a second
		 * @return this
		 */
		public Builder pollEvery(Duration value) {
			this.poll = requirePositive("pollEvery", value);
			return this;
		}

		/**
		 * Sets how long the tier has for each answer.
		 * @param value more than zero; by default two seconds
		 * @return this
		 */
		public Builder answerLimit(Duration value) {
			this.answerLimit = requirePositive("answerLimit", value);
			return this;
		}

		/**
		 * Sets whether leases are prolonged by themselves.
		 * @param value by default {@link Renewal#MANUAL}
		 * @return this
		 */
		public Builder renewal(Renewal value) {
			this.renewal = Objects.requireNonNull(value, "renewal");
			return this;
		}

		/**
		 * Sets the time.
		 * @param value the time source; by default {@link TimeSource#system()}
		 * @return this
		 */
		public Builder timeSource(TimeSource value) {
			this.time = Objects.requireNonNull(value, "timeSource");
			return this;
		}

		private static Duration requirePositive(String option, Duration value) {
			if (value.isZero() || value.isNegative()) {
				throw new IllegalArgumentException(option + ": " + value + " (expected: more than zero)");
			}
			return value;
		}

		/**
		 * Makes the leases.
		 * @return the leases
		 */
		public Leases build() {
			return new Leases(this);
		}

	}

}
