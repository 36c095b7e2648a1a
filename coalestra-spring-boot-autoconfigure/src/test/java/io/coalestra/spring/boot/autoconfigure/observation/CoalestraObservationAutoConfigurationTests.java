package io.coalestra.spring.boot.autoconfigure.observation;

import io.coalestra.signal.ActivityWatcher;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Source;
import io.coalestra.spring.boot.SampleSources;
import io.coalestra.spring.boot.autoconfigure.CoalestraAutoConfiguration;
import io.coalestra.spring.boot.observation.ActivityObservations;
import io.coalestra.spring.boot.observation.DefaultBuildObservationConvention;
import io.coalestra.spring.boot.observation.LinkingTracingHandler;
import io.coalestra.spring.boot.web.KeyDisplay;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.test.simple.SimpleTracer;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an application gets of observations.
 */
class CoalestraObservationAutoConfigurationTests {

	private static final SnapshotRequest BTC = SnapshotRequest.require(SampleSources.PRICE.key("BTC"));

	private final TestObservationRegistry observations = TestObservationRegistry.create();

	private final ApplicationContextRunner bare = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(CoalestraAutoConfiguration.class, CoalestraObservationAutoConfiguration.class))
		.withBean("prices", Source.class, SampleSources.rest()::build);

	private final ApplicationContextRunner runner = this.bare.withBean(ObservationRegistry.class,
			() -> this.observations);

	@Test
	void buildsAndCallsAreObserved() {
		this.runner.run((context) -> {
			context.getBean(SnapshotBuilder.class).build(BTC);
			TestObservationRegistryAssert.assertThat(this.observations)
				.hasObservationWithNameEqualTo("coalestra.build")
				.that()
				.hasBeenStopped()
				.hasHighCardinalityKeyValue("keys", "market:price:BTC");
			TestObservationRegistryAssert.assertThat(this.observations)
				.hasObservationWithNameEqualTo("coalestra.source.call")
				.that()
				.hasParentObservationContextMatching((parent) -> "coalestra.build".equals(parent.getName()));
		});
	}

	@Test
	void keysCanBeHidden() {
		this.runner.withPropertyValues("coalestra.observations.keys=hidden").run((context) -> {
			context.getBean(SnapshotBuilder.class).build(BTC);
			TestObservationRegistryAssert.assertThat(this.observations)
				.hasObservationWithNameEqualTo("coalestra.build")
				.that()
				.doesNotHaveHighCardinalityKeyValueWithKey("keys");
		});
	}

	@Test
	void nothingIsObservedWithoutARegistry() {
		this.bare.run((context) -> assertThat(context).doesNotHaveBean(ActivityWatcher.class));
	}

	@Test
	void nothingIsObservedWhereTheClassesAreNotThere() {
		this.runner.withClassLoader(new FilteredClassLoader(ObservationRegistry.class))
			.run((context) -> assertThat(context).doesNotHaveBean(ActivityWatcher.class));
	}

	@Test
	void observationsCanBeTurnedOff() {
		this.runner.withPropertyValues("coalestra.observations.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(ActivityWatcher.class));
	}

	@Test
	void theApplicationsOwnWatcherIsUsedInstead() {
		this.runner.withBean(ActivityWatcher.class, () -> ActivityWatcher.NONE)
			.run((context) -> assertThat(context).hasSingleBean(ActivityWatcher.class)
				.doesNotHaveBean(ActivityObservations.class));
	}

	@Test
	void theApplicationsOwnConventionDecides() {
		this.runner.withBean("own", DefaultBuildObservationConvention.class, Renamed::new).run((context) -> {
			context.getBean(SnapshotBuilder.class).build(BTC);
			TestObservationRegistryAssert.assertThat(this.observations)
				.hasObservationWithNameEqualTo("snapshots")
				.that()
				.hasBeenStopped();
		});
	}

	@Test
	void spansAreLinkedWhereThereIsATracer() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(LinkingTracingHandler.class));
		this.runner.withBean(Tracer.class, SimpleTracer::new)
			.run((context) -> assertThat(context).hasSingleBean(LinkingTracingHandler.class));
	}

	@Test
	void warmBuildsAreObservedOnlyForHandlersOtherThanThoseOfMeters() {
		assertThat(warmBuildsObserved(this.runner)).isFalse();
		assertThat(warmBuildsObserved(this.runner.withBean("meters", ObservationHandler.class,
				() -> new DefaultMeterObservationHandler(new SimpleMeterRegistry()))))
			.isFalse();
		ApplicationContextRunner traced = this.runner.withBean("own", ObservationHandler.class, AnyHandler::new);
		assertThat(warmBuildsObserved(traced)).isTrue();
		assertThat(warmBuildsObserved(traced.withPropertyValues("coalestra.observations.warm-builds=never"))).isFalse();
		assertThat(warmBuildsObserved(this.runner.withPropertyValues("coalestra.observations.warm-builds=always")))
			.isTrue();
	}

	private boolean warmBuildsObserved(ApplicationContextRunner application) {
		boolean[] observed = new boolean[1];
		application.run((context) -> observed[0] = context.getBean(ActivityObservations.class).watchesWarmBuilds());
		return observed[0];
	}

	private static final class AnyHandler implements ObservationHandler<Observation.Context> {

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

	private static final class Renamed extends DefaultBuildObservationConvention {

		private Renamed() {
			super(KeyDisplay.HIDDEN);
		}

		@Override
		public String getName() {
			return "snapshots";
		}

	}

}
