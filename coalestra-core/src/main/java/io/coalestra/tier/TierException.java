package io.coalestra.tier;

import java.util.Objects;

import io.coalestra.failure.CoalestraException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown, or completing a future, when a tier did not do what it was asked: it cannot be
 * reached, refused, or answered something that it must not. Whether the request took
 * effect is not known.
 */
public class TierException extends CoalestraException {

	private static final long serialVersionUID = 1L;

	/** The tier's name. */
	private final String tier;

	/**
	 * Makes an exception.
	 * @param tier the tier's name
	 * @param message what happened
	 * @param cause why, or null when nothing was thrown
	 */
	public TierException(String tier, String message, @Nullable Throwable cause) {
		super("shared tier " + tier + ": " + message, cause);
		this.tier = Objects.requireNonNull(tier, "tier");
	}

	/**
	 * Returns the tier's name.
	 * @return the name
	 */
	public String tier() {
		return this.tier;
	}

}
