package io.coalestra.policy;

import java.util.Objects;

/**
 * How a source's failures are met: the retried calls are one attempt to the circuit.
 *
 * @param retry how often a failed call is made again
 * @param circuit when the source is left alone
 */
public record Resilience(RetryPolicy retry, CircuitPolicy circuit) {

	/**
	 * The default retry and the default circuit.
	 */
	public static final Resilience DEFAULT = new Resilience(RetryPolicy.DEFAULT, CircuitPolicy.DEFAULT);

	/**
	 * One attempt, no circuit.
	 */
	public static final Resilience NONE = new Resilience(RetryPolicy.NONE, CircuitPolicy.NONE);

	/**
	 * Checks.
	 */
	public Resilience {
		Objects.requireNonNull(retry, "retry");
		Objects.requireNonNull(circuit, "circuit");
	}

	/**
	 * Returns this policy with another retry.
	 * @param policy the retry
	 * @return the policy
	 */
	public Resilience retry(RetryPolicy policy) {
		return new Resilience(policy, this.circuit);
	}

	/**
	 * Returns this policy with another circuit.
	 * @param policy the circuit
	 * @return the policy
	 */
	public Resilience circuit(CircuitPolicy policy) {
		return new Resilience(this.retry, policy);
	}

}
