package io.coalestra.spring.boot.observation;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import io.coalestra.signal.Activity;
import io.coalestra.signal.ActivityWatcher;
import io.coalestra.signal.Watch;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.ObservationView;
import org.jspecify.annotations.Nullable;

/**
 * Observes what a builder does: {@code coalestra.build}, {@code coalestra.source.call},
 * {@code coalestra.refresh} and {@code coalestra.publication}.
 *
 * <p>
 * A call is the child of the build or refresh that caused it, and its span links to the
 * others that wait for it when it begins. Who joins it later has an observation
 * {@code coalestra.source.join} of its own, whose span links to the call's. A call is the
 * current observation of its thread, so that what a source does there is part of it. Safe
 * for concurrent use.
 */
public final class ActivityObservations implements ActivityWatcher {

	private final Supplier<ObservationRegistry> registry;

	private final ObservationConventions conventions;

	private final ObservationConventions.Defaults defaults;

	private final BooleanSupplier warmBuilds;

	/**
	 * Makes the observations.
	 * @param registry the registry, asked for at each activity
	 * @param conventions what observations are called, and their key values
	 * @param warmBuilds answers whether builds are observed that the cache alone has
	 * answered
	 */
	public ActivityObservations(Supplier<ObservationRegistry> registry, ObservationConventions conventions,
			BooleanSupplier warmBuilds) {
		this.registry = Objects.requireNonNull(registry, "registry");
		this.conventions = Objects.requireNonNull(conventions, "conventions");
		this.defaults = conventions.defaults();
		this.warmBuilds = Objects.requireNonNull(warmBuilds, "warmBuilds");
	}

	@Override
	public boolean watchesWarmBuilds() {
		return this.warmBuilds.getAsBoolean();
	}

	@Override
	public Watch begun(Activity activity) {
		ObservationRegistry known = this.registry.get();
		if (known.isNoop()) {
			return Watch.NONE;
		}
		return switch (activity) {
			case Activity.Build build -> {
				BuildObservationContext context = new BuildObservationContext(build);
				yield start(known, context, Observation.createNotStarted(this.conventions.customBuild(),
						this.defaults.build(), () -> context, known), null);
			}
			case Activity.SourceCall call -> {
				SourceCallObservationContext context = new SourceCallObservationContext(call, links(call.causes()));
				yield start(known, context, Observation.createNotStarted(this.conventions.customCall(),
						this.defaults.call(), () -> context, known), first(call.causes()));
			}
			case Activity.Refresh refresh -> {
				RefreshObservationContext context = new RefreshObservationContext(refresh);
				yield start(known, context, Observation.createNotStarted(this.conventions.customRefresh(),
						this.defaults.refresh(), () -> context, known), first(refresh.causes()));
			}
			case Activity.Publication publication -> {
				PublicationObservationContext context = new PublicationObservationContext(publication);
				yield start(known, context, Observation.createNotStarted(this.conventions.customPublication(),
						this.defaults.publication(), () -> context, known), null);
			}
		};
	}

	private static Watch start(ObservationRegistry registry, ActivityObservationContext<? extends Activity> context,
			Observation observation, @Nullable Observed parent) {
		startUnder(parent, observation);
		return new Observed(registry, context, observation);
	}

	// The parent is current meanwhile, for a span that is current on the thread would
	// otherwise count more than it.
	private static void startUnder(@Nullable Observed parent, Observation observation) {
		if (parent == null || parent.observation.isNoop()) {
			observation.start();
			return;
		}
		observation.parentObservation(parent.observation);
		if (parent.over) {
			observation.start();
			return;
		}
		Observation.Scope scope = parent.observation.openScope();
		try {
			observation.start();
		}
		finally {
			scope.close();
		}
	}

	private static @Nullable Observed first(List<Watch> causes) {
		return (!causes.isEmpty() && causes.getFirst() instanceof Observed first) ? first : null;
	}

	private static List<ObservationView> links(List<Watch> causes) {
		List<ObservationView> links = new ArrayList<>();
		causes.stream()
			.skip(1)
			.filter(Observed.class::isInstance)
			.map((cause) -> ((Observed) cause).observation)
			.filter((observation) -> !observation.isNoop())
			.forEach(links::add);
		return links;
	}

	/**
	 * One activity. The observation is started by whoever began the activity, stopped
	 * once by whoever ends it; the joins are a set that both sides of a join may touch:
	 * each entry is stopped once, by whichever of the two ends first.
	 */
	private static final class Observed implements Watch {

		private final ObservationRegistry registry;

		private final ActivityObservationContext<? extends Activity> context;

		private final Observation observation;

		private final Set<Join> joins = ConcurrentHashMap.newKeySet(0);

		private volatile boolean over;

		private Observed(ObservationRegistry registry, ActivityObservationContext<? extends Activity> context,
				Observation observation) {
			this.registry = registry;
			this.context = context;
			this.observation = observation;
		}

		@Override
		public Binding bind() {
			return this.observation.openScope()::close;
		}

		@Override
		public void joined(Watch call) {
			if (!(call instanceof Observed joined) || this.observation.isNoop() || joined.observation.isNoop()
					|| !(joined.context.activity() instanceof Activity.SourceCall told)) {
				return;
			}
			Join join = new Join(this, joined, told.source());
			if (this.joins.add(join)) {
				join.start();
				joined.joins.add(join);
				if (this.over || joined.over) {
					join.stop();
				}
			}
		}

		@Override
		public void ended(End end) {
			this.over = true;
			this.joins.forEach(Join::stop);
			this.context.end(end);
			Throwable error = end.error();
			if (error != null) {
				this.observation.error(error);
			}
			this.observation.stop();
		}

	}

	/**
	 * A wait for a call that was in progress. Equal for one waiter and one call.
	 */
	private static final class Join {

		private final Observed waiter;

		private final Observed call;

		private final String source;

		private final AtomicBoolean ended = new AtomicBoolean();

		// Written by whoever joins, before the join can be found by the call's end.
		private @Nullable Observation observation;

		private Join(Observed waiter, Observed call, String source) {
			this.waiter = waiter;
			this.call = call;
			this.source = source;
		}

		private synchronized void start() {
			Observation begun = Observation
				.createNotStarted("coalestra.source.join",
						() -> new JoinObservationContext(this.source, this.call.observation), this.waiter.registry)
				.contextualName("join " + this.source)
				.lowCardinalityKeyValue(KeyValue.of("source", this.source));
			startUnder(this.waiter, begun);
			this.observation = begun;
		}

		private synchronized void stop() {
			Observation begun = this.observation;
			if (begun != null && this.ended.compareAndSet(false, true)) {
				begun.stop();
			}
		}

		@Override
		public boolean equals(@Nullable Object other) {
			return other instanceof Join join && this.waiter == join.waiter && this.call == join.call;
		}

		@Override
		public int hashCode() {
			return System.identityHashCode(this.waiter) * 31 + System.identityHashCode(this.call);
		}

	}

}
