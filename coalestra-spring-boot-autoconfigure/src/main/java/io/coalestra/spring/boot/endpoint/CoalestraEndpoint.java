package io.coalestra.spring.boot.endpoint;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import io.coalestra.health.BuilderHealth;
import io.coalestra.health.BuilderHealth.Capacity;
import io.coalestra.health.BuilderHealth.CircuitCount;
import io.coalestra.policy.KeyPattern;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.source.SourceDescription;
import io.coalestra.source.SourceSettings;
import io.coalestra.source.TimeoutGuarantee;
import io.coalestra.spring.boot.builder.PerBuilder;
import io.coalestra.spring.boot.health.HealthJudgement;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * {@link Endpoint @Endpoint} that shows the state of a {@link SnapshotBuilder} and its
 * sources, and lets an operator act on them.
 *
 * <p>
 * Reading asks no source and waits for nothing; what is read names no subject, qualifier
 * or value. Writing has to be permitted by
 * {@code management.endpoint.coalestra.access=unrestricted}.
 */
@Endpoint(id = "coalestra", defaultAccess = Access.READ_ONLY)
public class CoalestraEndpoint {

	private final ManagedBuilder builder;

	private final Map<String, ManagedBuilder> named;

	/**
	 * Makes an endpoint.
	 * @param builder the builder
	 */
	public CoalestraEndpoint(SnapshotBuilder builder) {
		this(new ManagedBuilder(builder, null), Map.of());
	}

	/**
	 * Makes an endpoint.
	 * @param builder the builder that has no name
	 * @param named the others by name
	 */
	public CoalestraEndpoint(ManagedBuilder builder, Map<String, ManagedBuilder> named) {
		this.builder = Objects.requireNonNull(builder, "builder");
		this.named = Collections.unmodifiableMap(new LinkedHashMap<>(named));
	}

	/**
	 * Returns the state of the builder and its sources, and of the builders that have a
	 * name, where there are any.
	 * @return the state
	 */
	@ReadOperation
	public CoalestraDescriptor coalestra() {
		BuilderDescriptor own = describe(this.builder);
		Map<String, BuilderDescriptor> others = new LinkedHashMap<>();
		this.named.forEach((name, builder) -> others.put(name, describe(builder)));
		return new CoalestraDescriptor(own.health(), own.sources(), others.isEmpty() ? null : others);
	}

	private static BuilderDescriptor describe(ManagedBuilder managed) {
		BuilderHealth health = managed.builder().health();
		return new BuilderDescriptor(health.toMap(managed.judgement().assess(health)),
				managed.builder().sources().stream().map((source) -> describe(source, health)).toList());
	}

	/**
	 * Returns the state of one source.
	 * @param source the source's name
	 * @param builder the name of its builder; of the one that has none where this is null
	 * @return its state, or null if there is no such source
	 */
	@ReadOperation
	public @Nullable SourceDescriptor source(@Selector String source, @Nullable String builder) {
		SnapshotBuilder asked = managed(builder).builder();
		BuilderHealth health = asked.health();
		return asked.sources()
			.stream()
			.filter((known) -> known.name().equals(source))
			.map((known) -> describe(known, health))
			.findFirst()
			.orElse(null);
	}

	/**
	 * Acts on a builder.
	 * @param action what to do
	 * @param pattern of the keys to invalidate or to refresh
	 * @param source whose circuits to reset
	 * @param builder the builder's name; the one that has none where this is null
	 * @return how much it came to
	 */
	@WriteOperation
	public ActionDescriptor act(@Selector Action action, @Nullable String pattern, @Nullable String source,
			@Nullable String builder) {
		ManagedBuilder managed = managed(builder);
		SnapshotBuilder asked = managed.builder();
		return new ActionDescriptor(action, switch (action) {
			case INVALIDATE -> asked.publisher().invalidate(pattern(required("pattern", pattern)));
			case RESET_CIRCUITS -> resetCircuits(asked, required("source", source));
			case PRUNE -> asked.prune();
			case REFRESH -> asked.refresh(pattern(required("pattern", pattern)));
			case RELOAD -> reload(managed);
		});
	}

	private ManagedBuilder managed(@Nullable String name) {
		if (name == null || (name.equals(PerBuilder.DEFAULT) && !this.named.containsKey(name))) {
			return this.builder;
		}
		ManagedBuilder found = this.named.get(name);
		if (found == null) {
			throw new InvalidEndpointRequestException("There is no builder '" + name + "'", "the builders are "
					+ PerBuilder.DEFAULT + (this.named.isEmpty() ? "" : ", " + String.join(", ", this.named.keySet())));
		}
		return found;
	}

	private static KeyPattern pattern(String pattern) {
		try {
			return KeyPattern.parse(pattern);
		}
		catch (IllegalArgumentException ex) {
			throw refused("pattern", ex);
		}
	}

	private static int reload(ManagedBuilder managed) {
		Runnable reload = managed.reload();
		if (reload == null) {
			throw new InvalidEndpointRequestException("Nothing to reload",
					"the builder is the application's own, and properties do not apply to it");
		}
		try {
			reload.run();
			return managed.builder().sources().size();
		}
		catch (RuntimeException ex) {
			throw new InvalidEndpointRequestException("The properties are refused, and nothing has changed",
					Objects.requireNonNullElse(ex.getMessage(), "they are not valid"), ex);
		}
	}

	private static int resetCircuits(SnapshotBuilder builder, String source) {
		try {
			return builder.resetCircuits(source);
		}
		catch (IllegalArgumentException ex) {
			throw refused("source", ex);
		}
	}

	private static String required(String parameter, @Nullable String value) {
		if (value == null) {
			throw new InvalidEndpointRequestException("Parameter '" + parameter + "' is missing",
					"the action needs the parameter '" + parameter + "'");
		}
		return value;
	}

	private static InvalidEndpointRequestException refused(String parameter, IllegalArgumentException ex) {
		return new InvalidEndpointRequestException("Parameter '" + parameter + "' is refused",
				Objects.requireNonNullElse(ex.getMessage(), "it is not valid"), ex);
	}

	private static SourceDescriptor describe(SourceDescription source, BuilderHealth health) {
		String name = source.name();
		SourceSettings settings = source.settings();
		TimeoutGuarantee guarantee = source.guarantee();
		return new SourceDescriptor(name, source.kind().name().toLowerCase(Locale.ROOT), settings.priority(),
				settings.timeout(), settings.queueTimeout(), settings.maxConcurrency(), settings.maxBatchSize(),
				settings.hedgeDelay(), source.resilience().retry().maxAttempts(),
				new GuaranteeDescriptor(guarantee.status().wireName(), guarantee.safe(), guarantee.transportTimeout()),
				health.capacity().get(name),
				health.circuits().stream().filter((circuit) -> circuit.source().equals(name)).toList(),
				health.runawayCalls().getOrDefault(name, 0L));
	}

	/**
	 * What an operator can do.
	 */
	public enum Action {

		/** Removes the keys from the cache that match a pattern. */
		INVALIDATE,

		/** Closes every circuit of a source. */
		RESET_CIRCUITS,

		/** Removes what is too old to serve from the cache. */
		PRUNE,

		/** Reads the cached keys that match a pattern again in the background. */
		REFRESH,

		/** Applies the properties as they are now, as far as they can change. */
		RELOAD

	}

	/**
	 * A builder, and what applies properties to it.
	 *
	 * @param builder the builder
	 * @param reload applies the properties as they are now, or null where they do not
	 * apply to the builder
	 * @param judgement how its state is judged
	 */
	public record ManagedBuilder(SnapshotBuilder builder, @Nullable Runnable reload, HealthJudgement judgement) {

		/**
		 * Checks.
		 */
		public ManagedBuilder {
			Objects.requireNonNull(builder, "builder");
			Objects.requireNonNull(judgement, "judgement");
		}

		/**
		 * Makes one whose state is judged by the default policy.
		 * @param builder the builder
		 * @param reload applies the properties as they are now, or null where they do not
		 * apply to the builder
		 */
		public ManagedBuilder(SnapshotBuilder builder, @Nullable Runnable reload) {
			this(builder, reload, HealthJudgement.DEFAULT);
		}

	}

	/**
	 * The state of the builder that has no name, and of those that have one.
	 *
	 * @param health the builder's health in its versioned form
	 * @param sources the sources in the order in which they are asked
	 * @param builders the builders that have a name, or null where there is none
	 */
	public record CoalestraDescriptor(Map<String, @Nullable Object> health, List<SourceDescriptor> sources,
			@Nullable Map<String, BuilderDescriptor> builders) implements OperationResponseBody {
	}

	/**
	 * The state of a builder that has a name.
	 *
	 * @param health its health in its versioned form
	 * @param sources its sources in the order in which they are asked
	 */
	public record BuilderDescriptor(Map<String, @Nullable Object> health, List<SourceDescriptor> sources) {
	}

	/**
	 * The state of a source. What is null is not limited.
	 *
	 * @param name its name
	 * @param kind {@code single}, {@code batch} or {@code derived}
	 * @param priority the order of asking; the highest is asked first
	 * @param timeout how long one call may take
	 * @param queueTimeout how long a call may wait for a permit
	 * @param maxConcurrency how many calls may run at a time
	 * @param maxBatchSize how many keys one call may have
	 * @param hedgeAfter after how long without an answer the next source is asked as well
	 * @param maxAttempts how many calls are made in all when they fail
	 * @param guarantee what it declares about time
	 * @param capacity its own permits
	 * @param circuits its circuits that are not closed, counted by state
	 * @param runawayCalls its calls that were given up and have not ended
	 */
	public record SourceDescriptor(String name, String kind, int priority, @Nullable Duration timeout,
			@Nullable Duration queueTimeout, @Nullable Integer maxConcurrency, @Nullable Integer maxBatchSize,
			@Nullable Duration hedgeAfter, int maxAttempts, GuaranteeDescriptor guarantee, @Nullable Capacity capacity,
			List<CircuitCount> circuits, long runawayCalls) implements OperationResponseBody {
	}

	/**
	 * What a source declares about time.
	 *
	 * @param status what its declarations come to
	 * @param safe whether a call of it is sure to end
	 * @param transportTimeout the time limit of its own client
	 */
	public record GuaranteeDescriptor(String status, boolean safe, @Nullable Duration transportTimeout) {
	}

	/**
	 * What came of an action.
	 *
	 * @param action what was done
	 * @param affected how many keys were removed or are being read again, circuits
	 * closed, or sources configured anew
	 */
	public record ActionDescriptor(Action action, int affected) implements OperationResponseBody {
	}

}
