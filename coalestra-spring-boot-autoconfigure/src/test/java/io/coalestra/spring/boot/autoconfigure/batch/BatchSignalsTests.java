package io.coalestra.spring.boot.autoconfigure.batch;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import io.coalestra.batch.BatchException;
import io.coalestra.batch.BatchTrigger;
import io.coalestra.batch.BulkCall;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.spring.boot.autoconfigure.CoalestraAutoConfiguration;
import io.coalestra.spring.boot.autoconfigure.health.CoalestraBatchHealthContributorAutoConfiguration;
import io.coalestra.spring.boot.autoconfigure.metrics.CoalestraMetricsAutoConfiguration;
import io.coalestra.spring.boot.autoconfigure.observation.CoalestraObservationAutoConfiguration;
import io.coalestra.spring.boot.batch.Batched;
import io.coalestra.spring.boot.health.BatchersHealth;
import io.coalestra.spring.boot.health.BatchersHealthIndicator;
import io.coalestra.spring.boot.health.CoalestraHealthIndicator;
import io.coalestra.spring.boot.metrics.BatcherMetrics;
import io.coalestra.spring.boot.observation.BatchObservationContext;
import io.coalestra.spring.boot.observation.LinkingTracingHandler;
import io.coalestra.time.SteerableTimeSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import io.micrometer.tracing.Link;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.TracingObservationHandler.TracingContext;
import org.junit.jupiter.api.Test;
import org.mockito.Answers;
import org.mockito.ArgumentCaptor;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;

/**
 * What an application sees of its batchers: meters, observations, health.
 */
class BatchSignalsTests {

	private final SteerableTimeSource time = new SteerableTimeSource();

	private final TestObservationRegistry observations = TestObservationRegistry.create();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CoalestraBatchAutoConfiguration.class,
				CoalestraMetricsAutoConfiguration.class, CoalestraObservationAutoConfiguration.class,
				CoalestraBatchHealthContributorAutoConfiguration.class))
		.withBean(SteerableTimeSource.class, () -> this.time)
		.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
		.withBean(ObservationRegistry.class, () -> this.observations)
		.withPropertyValues("coalestra.batchers.users.window-kind=fixed")
		.withBean(Users.class);

	@Test
	void batchesAreMeasured() {
		this.runner.run((context) -> {
			Users users = context.getBean(Users.class);
			context.getBean(BatcherMetrics.class).bindTo(context.getBean(MeterRegistry.class));
			CompletableFuture<String> one = users.find(1L);
			CompletableFuture<String> none = users.find(-1L);
			MeterRegistry meters = context.getBean(MeterRegistry.class);
			assertThat(meters.get("coalestra.batcher.pending").tag("batcher", "users").gauge().value()).isEqualTo(2);
			this.time.advance(Duration.ofMillis(10));
			one.join();
			none.join();
			// The listeners are told after the callers, the counters last of all.
			eventually(() -> assertThat(meters.find("coalestra.batcher.callers").tag("status", "failed").counter())
				.isNotNull());
			assertThat(meters.get("coalestra.batcher.size").tag("batcher", "users").summary().totalAmount())
				.isEqualTo(2);
			assertThat(meters.get("coalestra.batcher.wait").timer().count()).isEqualTo(1);
			assertThat(
					meters.get("coalestra.batcher.call").tags("trigger", "window", "status", "success").timer().count())
				.isEqualTo(1);
			assertThat(meters.get("coalestra.batcher.callers").tag("status", "absent").counter().count()).isEqualTo(1);
			assertThat(meters.get("coalestra.batcher.callers").tag("status", "failed").counter().count()).isZero();
			assertThat(meters.get("coalestra.batcher.running").gauge().value()).isZero();
		});
	}

	@Test
	void aBulkCallIsObservedWithItsCallers() {
		this.runner.run((context) -> {
			Users users = context.getBean(Users.class);
			List<CompletableFuture<String>> calls = List.of(inObservation("one", users, 1L),
					inObservation("two", users, 2L));
			this.time.advance(Duration.ofMillis(10));
			calls.forEach(CompletableFuture::join);
			eventuallyStopped();
			TestObservationRegistryAssert.assertThat(this.observations)
				.hasObservationWithNameEqualTo("coalestra.batcher.bulk")
				.that()
				.hasBeenStarted()
				.hasBeenStopped()
				.hasLowCardinalityKeyValue("batcher", "users")
				.hasLowCardinalityKeyValue("trigger", "window")
				.hasHighCardinalityKeyValue("callers", "2")
				.doesNotHaveParentObservation();
		});
	}

	@Test
	void aBulkCallOfOneCallerIsItsChild() {
		this.runner.run((context) -> {
			CompletableFuture<String> call = inObservation("one", context.getBean(Users.class), 1L);
			this.time.advance(Duration.ofMillis(10));
			call.join();
			eventuallyStopped();
			TestObservationRegistryAssert.assertThat(this.observations)
				.hasObservationWithNameEqualTo("coalestra.batcher.bulk")
				.that()
				.hasParentObservationContextMatching((parent) -> "one".equals(parent.getName()));
		});
	}

	private CompletableFuture<String> inObservation(String name, Users users, Long id) {
		return Observation.createNotStarted(name, this.observations).observe(() -> users.find(id));
	}

	@Test
	void theSpanOfABulkCallLinksToThoseOfItsCallers() {
		Tracer tracer = mock(Tracer.class);
		Span.Builder builder = mock(Span.Builder.class, Answers.RETURNS_SELF);
		given(tracer.spanBuilder()).willReturn(builder);
		given(builder.start()).willReturn(mock(Span.class));
		Observation one = traced();
		Observation two = traced();
		BatchObservationContext context = contextOf(one, two);
		new LinkingTracingHandler(tracer).onStart(context);
		ArgumentCaptor<Link> links = ArgumentCaptor.forClass(Link.class);
		then(builder).should(times(2)).addLink(links.capture());
		assertThat(links.getAllValues()).extracting(Link::getTraceContext)
			.containsExactly(spanOf(one).context(), spanOf(two).context());
		then(builder).should(never()).setParent(any());
	}

	private Observation traced() {
		Span span = mock(Span.class);
		given(span.context()).willReturn(mock(TraceContext.class));
		Observation observation = Observation.createNotStarted("caller", this.observations);
		TracingContext tracing = new TracingContext();
		tracing.setSpan(span);
		((Observation.Context) observation.getContextView()).put(TracingContext.class, tracing);
		return observation;
	}

	private static Span spanOf(Observation observation) {
		return observation.getContextView().<TracingContext>getRequired(TracingContext.class).getSpan();
	}

	private static BatchObservationContext contextOf(Object... captured) {
		return new BatchObservationContext(
				new BulkCall("users", BatchTrigger.WINDOW, null, captured.length, List.of(captured)));
	}

	@Test
	void healthIsDegradedWhileTheLatestBulkCallsHaveAllFailed() {
		this.runner.withPropertyValues("coalestra.batchers.users.window-kind=adaptive").run((context) -> {
			Users users = context.getBean(Users.class);
			BatchersHealthIndicator health = context.getBean(BatchersHealthIndicator.class);
			assertThat(health.health().getStatus()).isEqualTo(Status.UP);
			for (int i = 0; i < BatchersHealth.FAILURES_IN_A_ROW; i++) {
				assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> users.find(0L).join())
					.withCauseInstanceOf(BatchException.class);
			}
			eventually(() -> assertThat(health.health().getStatus()).isEqualTo(CoalestraHealthIndicator.DEGRADED));
			assertThat(health.health().getDetails()).containsKey("users");
			users.find(1L).join();
			eventually(() -> assertThat(health.health().getStatus()).isEqualTo(Status.UP));
		});
	}

	@Test
	void theBuildersHealthHasTheBatchersAmongItsComponents() {
		this.runner.withConfiguration(AutoConfigurations.of(CoalestraAutoConfiguration.class))
			.withPropertyValues("coalestra.batchers.users.window-kind=adaptive")
			.run((context) -> {
				SnapshotBuilder builder = context.getBean(SnapshotBuilder.class);
				Users users = context.getBean(Users.class);
				for (int i = 0; i < BatchersHealth.FAILURES_IN_A_ROW; i++) {
					users.find(0L).exceptionally((failure) -> null).join();
				}
				eventually(() -> assertThat(builder.health().assess().findings()).anySatisfy((finding) -> {
					assertThat(finding.reason()).isEqualTo("batcher_failing");
					assertThat(finding.component()).isEqualTo("batchers/users");
				}));
				assertThat(builder.health().components().get("batchers").fields()).extractingByKey("batchers", MAP)
					.containsKey("users");
			});
	}

	@Test
	void withoutBatchersNothingOfThemIsInTheHealth() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(CoalestraAutoConfiguration.class,
					CoalestraBatchAutoConfiguration.class, CoalestraBatchHealthContributorAutoConfiguration.class))
			.run((context) -> assertThat(context).doesNotHaveBean(BatchersHealth.class)
				.doesNotHaveBean(BatchersHealthIndicator.class));
	}

	private void eventuallyStopped() {
		eventually(() -> TestObservationRegistryAssert.assertThat(this.observations)
			.hasObservationWithNameEqualTo("coalestra.batcher.bulk")
			.that()
			.hasBeenStopped());
	}

	// The listeners are told after the callers.
	private static void eventually(Runnable holds) {
		await().atMost(Duration.ofSeconds(30)).untilAsserted(holds::run);
	}

	public static class Users {

		@Batched(name = "users", bulk = "findAll")
		public CompletableFuture<String> find(Long id) {
			throw new IllegalStateException("batched");
		}

		public Map<Long, String> findAll(Collection<Long> ids) {
			if (ids.contains(0L)) {
				throw new IllegalStateException("down");
			}
			return ids.contains(1L) ? Map.of(1L, "one", 2L, "two") : Map.of(2L, "two");
		}

	}

}
