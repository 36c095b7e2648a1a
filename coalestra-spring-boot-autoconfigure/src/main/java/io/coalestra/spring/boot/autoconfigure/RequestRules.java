package io.coalestra.spring.boot.autoconfigure;

import java.util.List;
import java.util.Locale;

import io.coalestra.Coalestra;
import io.coalestra.policy.Action;
import io.coalestra.policy.ConsistencyPolicy;
import io.coalestra.policy.DegradationPolicy;
import io.coalestra.policy.DegradationPolicy.Lack;
import io.coalestra.policy.DegradationPolicy.Response;
import io.coalestra.policy.DegradationPolicy.Standing;
import io.coalestra.spring.boot.autoconfigure.CoalestraProperties.Consistency;
import io.coalestra.spring.boot.autoconfigure.CoalestraProperties.Degradation;
import io.coalestra.spring.boot.autoconfigure.fault.CoreMessage;
import io.coalestra.spring.boot.autoconfigure.fault.Faults;
import org.jspecify.annotations.Nullable;

/**
 * Makes the policies of requests that state none.
 */
final class RequestRules {

	private RequestRules() {
	}

	static void apply(String prefix, CoalestraProperties properties, Coalestra coalestra, Faults faults) {
		Consistency consistency = properties.consistency();
		faults.set(prefix + ".consistency", consistency.maxSkew(), (maxSkew) -> coalestra
			.defaultConsistency(new ConsistencyPolicy(maxSkew, consistency.participants(), consistency.remedy())));
		DegradationPolicy degradation = degradation(prefix + ".degradation", properties.degradation(), faults);
		// Where nothing is said, requests stay as they are.
		if (!degradation.equals(DegradationPolicy.DEFAULT)) {
			coalestra.defaultDegradation(degradation);
		}
	}

	private static DegradationPolicy degradation(String property, Degradation rule, Faults faults) {
		DegradationPolicy policy = DegradationPolicy.DEFAULT;
		policy = over(policy, property, rule.minimumResolved(), policy::minimumResolved, faults);
		policy = over(policy, property, rule.minimumResolvedRequired(), policy::minimumResolvedRequired, faults);
		policy = on(policy, property, Lack.REQUIRED_KEY, rule.requiredKey(), faults);
		policy = on(policy, property, Lack.OPTIONAL_KEY, rule.optionalKey(), faults);
		policy = on(policy, property, Lack.CONSISTENCY, rule.consistency(), faults);
		policy = on(policy, property, Lack.ACCEPTANCE, rule.acceptance(), faults);
		policy = allowing(policy, property + ".accepted-actions", Standing.ACCEPTED, rule.acceptedActions(), faults);
		policy = allowing(policy, property + ".degraded-actions", Standing.DEGRADED, rule.degradedActions(), faults);
		return allowing(policy, property + ".rejected-actions", Standing.REJECTED, rule.rejectedActions(), faults);
	}

	private static DegradationPolicy over(DegradationPolicy policy, String property, @Nullable Integer number,
			IntegerRule rule, Faults faults) {
		if (number == null) {
			return policy;
		}
		int stated = number;
		return faults.make(property, () -> rule.with(stated), policy);
	}

	private static DegradationPolicy on(DegradationPolicy policy, String property, Lack lack,
			@Nullable Response response, Faults faults) {
		if (response == null) {
			return policy;
		}
		if (response == Response.IGNORE && lack != Lack.OPTIONAL_KEY) {
			String name = property + "." + lack.name().toLowerCase(Locale.ROOT).replace('_', '-');
			faults.add(name, "is ignore (expected: degrade or reject)",
					"Correct " + name + ", for example to degrade.");
			return policy;
		}
		return policy.on(lack, response);
	}

	private static DegradationPolicy allowing(DegradationPolicy policy, String property, Standing standing,
			@Nullable List<String> names, Faults faults) {
		if (names == null) {
			return policy;
		}
		try {
			return policy.allowing(standing, names.stream().map(Action::new).toArray(Action[]::new));
		}
		catch (IllegalArgumentException ex) {
			faults.add(property, CoreMessage.readable(ex.getMessage()),
					"Correct " + property + ", for example to \"read, evaluate\".");
			return policy;
		}
	}

	/**
	 * Changes one number of a policy.
	 */
	@FunctionalInterface
	private interface IntegerRule {

		DegradationPolicy with(int number);

	}

}
