package io.coalestra.spring.boot.autoconfigure;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;

import io.coalestra.key.ResourceKey;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.KeyPattern;
import io.coalestra.policy.KeyPolicies;
import io.coalestra.policy.RefreshMode;
import io.coalestra.policy.SourceAuthority;
import io.coalestra.policy.Spread;
import io.coalestra.spring.boot.autoconfigure.CoalestraProperties.Authority;
import io.coalestra.spring.boot.autoconfigure.CoalestraProperties.AuthorityRule;
import io.coalestra.spring.boot.autoconfigure.CoalestraProperties.FreshnessRule;
import io.coalestra.spring.boot.autoconfigure.fault.Faults;
import io.coalestra.spring.boot.autoconfigure.fault.PropertyNames;

/**
 * Makes policies of rules that the properties state by pattern or exact key.
 */
final class KeyRules {

	private static final String DEFAULT = "default";

	private KeyRules() {
	}

	/**
	 * Makes the freshness of keys. What a rule leaves out it takes from the default.
	 * @param property the property below which they are
	 * @param rules the rules by pattern or exact key
	 * @param faults takes what is wrong
	 * @return the policies
	 */
	static KeyPolicies<Freshness> freshness(String property, Map<String, FreshnessRule> rules, Faults faults) {
		Map<String, FreshnessRule> byKey = new LinkedHashMap<>(rules);
		FreshnessRule defaultRule = byKey.remove(DEFAULT);
		Freshness defaultPolicy = (defaultRule == null) ? Freshness.DEFAULT
				: faults.make(property + "." + DEFAULT, () -> over(Freshness.DEFAULT, defaultRule), Freshness.DEFAULT);
		return policies(defaultPolicy, property, byKey, KeyRules::over, faults);
	}

	private static Freshness over(Freshness lower, FreshnessRule rule) {
		Duration ttl = Defaulted.of(rule.ttl(), lower.ttl());
		// A longer time to live alone must not contradict an age that was never stated.
		Duration maxStale = Defaulted.of(rule.maxStale(), Defaulted.longer(lower.maxStale(), ttl));
		RefreshMode mode = Defaulted.of(rule.refreshMode(), lower.refreshMode());
		Duration inheritedAhead = (mode == RefreshMode.REFRESH_AHEAD) ? Defaulted.shorter(lower.refreshAhead(), ttl)
				: Duration.ZERO;
		Spread spread = new Spread(Defaulted.of(rule.jitter(), lower.spread().jitter()),
				Defaulted.of(rule.earlyRefresh(), lower.spread().earliness()));
		return new Freshness(ttl, maxStale, Defaulted.of(rule.staleOnError(), lower.staleOnError()), mode,
				Defaulted.of(rule.refreshAhead(), inheritedAhead), spread,
				Defaulted.of(rule.absentTtl(), Defaulted.shorter(lower.absentTtl(), ttl)));
	}

	/**
	 * Makes the ranks of sources.
	 * @param property the property below which they are
	 * @param authority the ranks
	 * @param faults takes what is wrong
	 * @return the policies
	 */
	static KeyPolicies<SourceAuthority> authority(String property, Authority authority, Faults faults) {
		SourceAuthority defaultPolicy = faults.make(property,
				() -> new SourceAuthority(authority.ranks(), authority.defaultRank()), SourceAuthority.EQUAL);
		return policies(defaultPolicy, property + ".patterns", authority.patterns(), KeyRules::over, faults);
	}

	private static SourceAuthority over(SourceAuthority lower, AuthorityRule rule) {
		Map<String, Integer> ranks = new LinkedHashMap<>(lower.ranks());
		ranks.putAll(rule.ranks());
		return new SourceAuthority(ranks, Defaulted.of(rule.defaultRank(), lower.defaultRank()));
	}

	private static <P, R> KeyPolicies<P> policies(P defaultPolicy, String property, Map<String, R> rules,
			BiFunction<P, R, P> over, Faults faults) {
		KeyPolicies<P> policies = KeyPolicies.of(defaultPolicy);
		for (Map.Entry<String, R> entry : rules.entrySet()) {
			String key = entry.getKey();
			String name = PropertyNames.ofEntry(property, key);
			P policy = faults.make(name, () -> over.apply(defaultPolicy, entry.getValue()), defaultPolicy);
			policies = with(policies, key, policy, name, faults);
		}
		return policies;
	}

	private static <P> KeyPolicies<P> with(KeyPolicies<P> policies, String key, P policy, String name, Faults faults) {
		try {
			// A type alone means all its keys, also the one without a subject.
			return isExactKey(key) ? policies.with(ResourceKey.parse(key), policy)
					: policies.with(KeyPattern.parse(key), policy);
		}
		catch (IllegalArgumentException ex) {
			faults.add(name,
					"is for no key: \"" + key + "\" (expected: namespace:name, namespace:*, *:name,"
							+ " namespace:name:subject, or default)",
					"Write a pattern or a key, in brackets and quotes as YAML needs them, for example \"[market:*]\"."
							+ " Without brackets, colons and stars are lost.");
			return policies;
		}
	}

	private static boolean isExactKey(String key) {
		return key.indexOf('?') >= 0 || key.indexOf(':') != key.lastIndexOf(':');
	}

}
