package io.coalestra.health;

/**
 * Something that works beside a builder and reports with it.
 *
 * <p>
 * It is asked on whichever thread takes the builder's health: it reads counters, takes no
 * lock that is held for long, and calls nothing remote. What it throws becomes a finding.
 * Safe for concurrent use, also after it was closed.
 */
public interface HealthComponent {

	/**
	 * Returns the name under which it reports, unique within a builder.
	 * @return the name, always the same, such as {@code batcher.prices}
	 */
	String healthName();

	/**
	 * Returns how it is.
	 * @return the state
	 */
	ComponentHealth componentHealth();

}
