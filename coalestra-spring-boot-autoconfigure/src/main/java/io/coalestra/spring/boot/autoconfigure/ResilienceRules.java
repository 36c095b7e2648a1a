package io.coalestra.spring.boot.autoconfigure;

import java.time.Duration;

import io.coalestra.policy.CircuitPolicy;
import io.coalestra.policy.Resilience;
import io.coalestra.policy.RetryPolicy;
import io.coalestra.spring.boot.autoconfigure.CoalestraProperties.Circuit;
import io.coalestra.spring.boot.autoconfigure.CoalestraProperties.Retry;
import io.coalestra.spring.boot.autoconfigure.fault.Faults;
import org.jspecify.annotations.Nullable;

/**
 * Lays retry and circuit of the properties over a policy.
 */
final class ResilienceRules {

	private ResilienceRules() {
	}

	static Resilience over(Resilience lower, String prefix, @Nullable Retry retry, @Nullable Circuit circuit,
			Faults faults) {
		Resilience result = lower;
		if (retry != null) {
			result = result.retry(faults.make(prefix + ".retry", () -> over(lower.retry(), retry), lower.retry()));
		}
		if (circuit != null) {
			result = result
				.circuit(faults.make(prefix + ".circuit", () -> over(lower.circuit(), circuit), lower.circuit()));
		}
		return result;
	}

	private static RetryPolicy over(RetryPolicy lower, Retry rule) {
		Duration baseDelay = Defaulted.of(rule.baseDelay(), lower.baseDelay());
		// A longer first delay alone must not contradict a longest delay that was never
		// stated.
		Duration maxDelay = Defaulted.of(rule.maxDelay(), Defaulted.longer(lower.maxDelay(), baseDelay));
		return new RetryPolicy(Defaulted.of(rule.maxAttempts(), lower.maxAttempts()), baseDelay, maxDelay,
				Defaulted.of(rule.jitterRatio(), lower.jitterRatio()));
	}

	private static CircuitPolicy over(CircuitPolicy lower, Circuit rule) {
		return new CircuitPolicy(Defaulted.of(rule.enabled(), lower.enabled()),
				Defaulted.of(rule.scope(), lower.scope()),
				Defaulted.of(rule.failureThreshold(), lower.failureThreshold()),
				Defaulted.of(rule.recoveryTimeout(), lower.recoveryTimeout()));
	}

}
