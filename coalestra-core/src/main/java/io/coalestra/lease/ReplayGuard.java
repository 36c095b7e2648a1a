package io.coalestra.lease;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.coalestra.tier.SharedTier;
import io.coalestra.tier.TierException;

/**
 * Tells messages that come for the first time from those that come again, over all nodes
 * that share a tier.
 *
 * <p>
 * It fails closed: where the tier does not answer there is an exception, and the message
 * is to be refused. Only the SHA-256 of a nonce is stored, for as long as the window in
 * which the application would accept the message; older ones it must refuse itself, by
 * their time stamp. The tier must keep what it was told through a restart: NATS does, and
 * so does a Redis that writes to disk. Safe for concurrent use.
 */
public final class ReplayGuard {

	private final SharedTier tier;

	private final String purpose;

	private final Duration window;

	private final Duration answerLimit;

	private ReplayGuard(SharedTier tier, String purpose, Duration window, Duration answerLimit) {
		this.tier = Objects.requireNonNull(tier, "tier");
		this.purpose = Objects.requireNonNull(purpose, "purpose");
		this.window = window;
		this.answerLimit = answerLimit;
		if (window.toMillis() < 1) {
			throw new IllegalArgumentException("window: " + window + " (expected: at least PT0.001S)");
		}
	}

	/**
	 * Makes a guard that gives the tier two seconds for each answer.
	 * @param tier the tier
	 * @param purpose what is guarded: nonces of one purpose are nothing to another
	 * @param window for how long a nonce is remembered: at least one millisecond
	 * @return the guard
	 */
	public static ReplayGuard on(SharedTier tier, String purpose, Duration window) {
		return new ReplayGuard(tier, purpose, window, Duration.ofSeconds(2));
	}

	/**
	 * Returns this guard with another time limit.
	 * @param limit how long the tier has for its answer: more than zero
	 * @return the guard
	 */
	public ReplayGuard answerLimit(Duration limit) {
		if (limit.isZero() || limit.isNegative()) {
			throw new IllegalArgumentException("answerLimit: " + limit + " (expected: more than zero)");
		}
		return new ReplayGuard(this.tier, this.purpose, this.window, limit);
	}

	/**
	 * Records a nonce, and tells whether it is new.
	 * @param nonce the nonce: not empty
	 * @return {@link Verdict#FRESH} for exactly one of all who record it,
	 * {@link Verdict#REPLAY} for the others
	 * @throws TierException if the tier does not answer: deny
	 * @throws InterruptedException if the thread is interrupted: deny
	 */
	public Verdict check(String nonce) throws InterruptedException {
		if (nonce.isEmpty()) {
			throw new IllegalArgumentException("nonce: \"\" (expected: not empty)");
		}
		CompletableFuture<Boolean> first = this.tier.leases().recordOnce(digest(nonce), this.window);
		try {
			return first.get(this.answerLimit.toNanos(), TimeUnit.NANOSECONDS) ? Verdict.FRESH : Verdict.REPLAY;
		}
		catch (TimeoutException ex) {
			throw new TierException(this.tier.name(), "no answer within " + this.answerLimit, ex);
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof TierException known) ? known
					: new TierException(this.tier.name(), String.valueOf(ex.getCause()), ex.getCause());
		}
	}

	// The length keeps ("a", "bc") and ("ab", "c") apart.
	private String digest(String nonce) {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			digest.update((this.purpose.length() + ":" + this.purpose).getBytes(StandardCharsets.UTF_8));
			return HexFormat.of().formatHex(digest.digest(nonce.getBytes(StandardCharsets.UTF_8)));
		}
		catch (NoSuchAlgorithmException impossible) {
			throw new IllegalStateException("every Java platform has SHA-256", impossible);
		}
	}

	/**
	 * What is known of a nonce.
	 */
	public enum Verdict {

		/** It comes for the first time. */
		FRESH,

		/** It has come before. */
		REPLAY

	}

}
