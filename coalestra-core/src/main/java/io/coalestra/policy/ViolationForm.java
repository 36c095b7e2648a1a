package io.coalestra.policy;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

import io.coalestra.key.ResourceKey;

/**
 * The serialized form of violations.
 */
final class ViolationForm {

	private ViolationForm() {
	}

	static SequencedMap<String, Object> of(PolicyViolation violation) {
		SequencedMap<String, Object> form = new LinkedHashMap<>();
		form.put("reason", violation.reason());
		form.put("message", violation.message());
		form.put("keys", violation.keys().stream().map(ResourceKey::toString).toList());
		switch (violation) {
			case PolicyViolation.Skewed skewed -> {
				form.put("oldest_key", skewed.oldest().toString());
				form.put("oldest_observed_at", skewed.oldestObservedAt().toString());
				form.put("newest_key", skewed.newest().toString());
				form.put("newest_observed_at", skewed.newestObservedAt().toString());
				form.put("observation_skew_seconds", seconds(skewed.skew()));
				form.put("max_observation_skew_seconds", seconds(skewed.maxSkew()));
			}
			case PolicyViolation.Stale stale -> {
				form.put("stale", true);
				form.put("current_age_seconds", seconds(stale.age()));
			}
			case PolicyViolation.TooOld old -> {
				form.put("current_age_seconds", seconds(old.age()));
				form.put("max_age_seconds", seconds(old.maxAge()));
			}
			case PolicyViolation.InsufficientAuthority authority -> {
				form.put("authority_rank", authority.rank());
				form.put("minimum_authority_rank", authority.minimumRank());
			}
			case PolicyViolation.Unsatisfied unsatisfied -> {
				form.put("requirement_name", unsatisfied.requirement().name());
				form.put("accepted_count", unsatisfied.accepted());
				form.put("required_count", unsatisfied.requirement().minimum());
			}
		}
		return Collections.unmodifiableSequencedMap(form);
	}

	private static double seconds(Duration span) {
		return span.getSeconds() + span.getNano() / 1e9;
	}

}
