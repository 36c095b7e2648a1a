package io.coalestra.policy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;

import io.coalestra.key.ResourceKey;
import org.jspecify.annotations.Nullable;

/**
 * Finds the policy of a key: by the exact key first, then by a function, then by the most
 * specific matching pattern, and else the default.
 *
 * <p>
 * Immutable and safe for concurrent use as far as the function is. The engine asks when a
 * revision is stored, and again after the policies were replaced; not on every read.
 *
 * @param <P> the kind of policy
 */
public final class KeyPolicies<P> {

	private final P defaultPolicy;

	private final Map<ResourceKey<?>, P> byKey;

	private final Map<KeyPattern, P> byPattern;

	private final @Nullable Function<? super ResourceKey<?>, ? extends @Nullable P> function;

	private KeyPolicies(P defaultPolicy, Map<ResourceKey<?>, P> byKey, Map<KeyPattern, P> byPattern,
			@Nullable Function<? super ResourceKey<?>, ? extends @Nullable P> function) {
		this.defaultPolicy = Objects.requireNonNull(defaultPolicy, "default policy");
		this.byKey = byKey;
		this.byPattern = byPattern;
		this.function = function;
	}

	/**
	 * Makes policies under which every key has the same.
	 * @param <P> the kind of policy
	 * @param policy the policy
	 * @return the policies
	 */
	public static <P> KeyPolicies<P> of(P policy) {
		return new KeyPolicies<>(policy, Map.of(), Map.of(), null);
	}

	/**
	 * Returns these policies with another default.
	 * @param policy the default
	 * @return the policies
	 */
	public KeyPolicies<P> orElse(P policy) {
		return new KeyPolicies<>(policy, this.byKey, this.byPattern, this.function);
	}

	/**
	 * Returns these policies with one for an exact key.
	 * @param key the key
	 * @param policy its policy
	 * @return the policies
	 */
	public KeyPolicies<P> with(ResourceKey<?> key, P policy) {
		Map<ResourceKey<?>, P> more = new LinkedHashMap<>(this.byKey);
		more.put(key, Objects.requireNonNull(policy, "policy"));
		return new KeyPolicies<>(this.defaultPolicy, more, this.byPattern, this.function);
	}

	/**
	 * Returns these policies with one for all types that match a pattern.
	 * @param pattern the pattern
	 * @param policy their policy
	 * @return the policies
	 */
	public KeyPolicies<P> with(KeyPattern pattern, P policy) {
		Map<KeyPattern, P> more = new TreeMap<>(this.byPattern);
		more.put(pattern, Objects.requireNonNull(policy, "policy"));
		return new KeyPolicies<>(this.defaultPolicy, this.byKey, more, this.function);
	}

	/**
	 * Returns these policies with a function that may decide for any key.
	 * @param decide answers a key's policy, or null where it has no opinion; pure and
	 * quick
	 * @return the policies
	 */
	public KeyPolicies<P> with(Function<? super ResourceKey<?>, ? extends @Nullable P> decide) {
		return new KeyPolicies<>(this.defaultPolicy, this.byKey, this.byPattern,
				Objects.requireNonNull(decide, "function"));
	}

	/**
	 * Returns the policy of a key.
	 * @param key the key
	 * @return its policy
	 */
	public P of(ResourceKey<?> key) {
		P exact = this.byKey.get(key);
		if (exact != null) {
			return exact;
		}
		P decided = (this.function != null) ? this.function.apply(key) : null;
		if (decided != null) {
			return decided;
		}
		for (Map.Entry<KeyPattern, P> entry : this.byPattern.entrySet()) {
			if (entry.getKey().matches(key.type())) {
				return entry.getValue();
			}
		}
		return this.defaultPolicy;
	}

	/**
	 * Returns the default.
	 * @return the default
	 */
	public P defaultPolicy() {
		return this.defaultPolicy;
	}

}
