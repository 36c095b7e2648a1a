package io.coalestra.internal.circuit;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentMap;

import com.github.benmanes.caffeine.cache.Caffeine;
import io.coalestra.key.ResourceKey;
import io.coalestra.policy.CircuitPolicy;
import io.coalestra.policy.CircuitScope;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * The circuits of one source.
 *
 * <p>
 * With the scope of the source there is one. With a narrower scope there is one only for
 * what has failed lately: a circuit comes with the first failure, and goes when a success
 * has put it to rest. There are at most {@value #MAX_CIRCUITS}; over that the one least
 * likely to be needed is forgotten, which closes it.
 */
public final class SourceCircuits {

	private static final int MAX_CIRCUITS = 10_000;

	private final String source;

	private final CircuitPolicy policy;

	private final TimeSource timeSource;

	private final Circuit.StateListener listener;

	private final @Nullable Circuit single;

	private final ConcurrentMap<String, Circuit> narrow = Caffeine.newBuilder()
		.maximumSize(MAX_CIRCUITS)
		.executor(Runnable::run)
		.<String, Circuit>build()
		.asMap();

	/**
	 * Makes the circuits of a source.
	 * @param source the source's name
	 * @param policy when they open
	 * @param timeSource the time
	 * @param listener is told of changes of state
	 */
	public SourceCircuits(String source, CircuitPolicy policy, TimeSource timeSource, Circuit.StateListener listener) {
		this.source = source;
		this.policy = policy;
		this.timeSource = timeSource;
		this.listener = listener;
		this.single = (policy.enabled() && policy.scope() == CircuitScope.SOURCE)
				? new Circuit(source, policy, timeSource, listener) : null;
	}

	/**
	 * Returns what decides which circuit a key belongs to.
	 * @param key the key
	 * @return equal for keys that share a circuit
	 */
	public String discriminator(ResourceKey<?> key) {
		return switch (this.policy.scope()) {
			case SOURCE -> "";
			case NAMESPACE -> key.namespace();
			case SUBJECT -> key.subject().isEmpty() ? key.type().toString() : key.subject();
			case RESOURCE -> key.toString();
		};
	}

	/**
	 * Returns whether all keys share one circuit, or there is none.
	 * @return true if keys need not be told apart
	 */
	public boolean isUniform() {
		return !this.policy.enabled() || this.policy.scope() == CircuitScope.SOURCE;
	}

	/**
	 * Returns the circuit of a discriminator.
	 * @param discriminator what {@link #discriminator} gave
	 * @return the circuit, or null when nothing is held against it
	 */
	public @Nullable Circuit find(String discriminator) {
		return isUniform() ? this.single : this.narrow.get(discriminator);
	}

	/**
	 * Reports the outcome of a call that no circuit had admitted because there was none.
	 * @param discriminator what {@link #discriminator} gave
	 * @param outcome how it ended
	 */
	public void settleUntracked(String discriminator, Circuit.Outcome outcome) {
		if (outcome != Circuit.Outcome.FAILURE || isUniform()) {
			return;
		}
		this.narrow
			.computeIfAbsent(discriminator,
					(name) -> new Circuit(this.source + "[" + scopeName() + "]:" + name, this.policy, this.timeSource,
							this.listener))
			.failed();
	}

	/**
	 * Reports the outcome of an admitted call.
	 * @param discriminator what {@link #discriminator} gave
	 * @param circuit the circuit that admitted it
	 * @param generation the generation of the admission
	 * @param outcome how it ended
	 */
	public void settle(String discriminator, Circuit circuit, int generation, Circuit.Outcome outcome) {
		circuit.settle(generation, outcome);
		if (!isUniform() && outcome == Circuit.Outcome.SUCCESS && circuit.state().equals("closed")) {
			this.narrow.remove(discriminator, circuit);
		}
	}

	private String scopeName() {
		return switch (this.policy.scope()) {
			case SOURCE -> "source";
			case NAMESPACE -> "namespace";
			case SUBJECT -> "subject";
			case RESOURCE -> "resource";
		};
	}

	/**
	 * Counts the circuits that are not closed, by state.
	 * @return the number of circuits by state, in lower case
	 */
	public Map<String, Long> countsByState() {
		Map<String, Long> counts = new TreeMap<>(Comparator.naturalOrder());
		if (this.single != null) {
			counts.merge(this.single.state(), 1L, Long::sum);
		}
		this.narrow.values().forEach((circuit) -> counts.merge(circuit.state(), 1L, Long::sum));
		counts.remove("closed");
		return counts;
	}

	/**
	 * Returns the scope in lower case.
	 * @return the scope
	 */
	public String scope() {
		return scopeName();
	}

	/**
	 * Closes all circuits.
	 * @return how many were not closed
	 */
	public int reset() {
		int open = (this.single != null && this.single.reset()) ? 1 : 0;
		for (Map.Entry<String, Circuit> entry : new HashMap<>(this.narrow).entrySet()) {
			open += entry.getValue().reset() ? 1 : 0;
			this.narrow.remove(entry.getKey(), entry.getValue());
		}
		return open;
	}

}
