package io.coalestra.spring.boot.observation;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.coalestra.Coalestra;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.signal.ActivityWatcher;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuildException;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Source;
import io.coalestra.source.ValueFetch;
import io.coalestra.spring.boot.SampleSources;
import io.coalestra.spring.boot.web.KeyDisplay;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.cumulative.CumulativeTimer;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler.FirstMatchingCompositeObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.TracingAwareMeterObservationHandler;
import io.micrometer.tracing.test.simple.SimpleSpan;
import io.micrometer.tracing.test.simple.SimpleTracer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static io.coalestra.spring.boot.SampleSources.PRICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A trace shows a build as a tree of the calls that it caused, and whom else they served.
 */
class ActivityObservationsTests {

	private final SimpleTracer tracer = new SimpleTracer();

	private final TestObservationRegistry registry = TestObservationRegistry.create();

	private boolean warm;

	private SnapshotBuilder builder;

	@AfterEach
	void close() {
		this.builder.close();
	}

	private SnapshotBuilder start(KeyDisplay keys, ValueFetch<String> fetch) {
		this.registry.observationConfig()
			.observationHandler(new FirstMatchingCompositeObservationHandler(List
				.of(new LinkingTracingHandler(this.tracer), new DefaultTracingObservationHandler(this.tracer))));
		ActivityWatcher watcher = new ActivityObservations(() -> this.registry, ObservationConventions.standard(keys),
				() -> this.warm);
		this.builder = Coalestra.builder()
			.activityWatcher(watcher)
			.source(Source.single("rest", PRICE, fetch)
				.timeout(Duration.ofSeconds(20))
				.transportTimeout(Duration.ofSeconds(10))
				.build())
			.build();
		return this.builder;
	}

	@Test
	void aBuildIsATreeOfSourceCalls() {
		start(KeyDisplay.SHOWN, (key) -> key.subject());
		Observation.createNotStarted("request", this.registry)
			.observe(() -> this.builder.build(PRICE.key("BTC"), PRICE.key("ETH")));
		SimpleSpan request = span("request");
		SimpleSpan build = span("build");
		assertThat(build.getParentId()).isEqualTo(request.getSpanId());
		assertThat(build.getTags()).containsEntry("status", "success")
			.containsEntry("kind", "snapshot")
			.containsEntry("path", "cold")
			.containsEntry("keys", "market:price:BTC,market:price:ETH")
			.containsEntry("failed", "0");
		assertThat(spans("source rest")).hasSize(2).allSatisfy((call) -> {
			assertThat(call.getParentId()).isEqualTo(build.getSpanId());
			assertThat(call.getTags()).containsEntry("source", "rest")
				.containsEntry("status", "success")
				.containsEntry("attempt", "1");
			assertThat(call.getLinks()).isEmpty();
		});
	}

	@Test
	void aTimerIsRecordedInTheSpanOfWhatItTimesAsExemplarsNeedIt() {
		Map<String, String> spans = new ConcurrentHashMap<>();
		this.registry.observationConfig()
			.observationHandler(new TracingAwareMeterObservationHandler<>(
					new DefaultMeterObservationHandler(new SamplingRegistry(this.tracer, spans)), this.tracer));
		start(KeyDisplay.HIDDEN, (key) -> key.subject());
		this.builder.build(PRICE.key("BTC"));
		assertThat(spans).containsEntry("coalestra.build", span("build").getSpanId())
			.containsEntry("coalestra.source.call", span("source rest").getSpanId());
	}

	@Test
	void whatASourceDoesIsPartOfItsCall() {
		AtomicReference<Observation> current = new AtomicReference<>();
		start(KeyDisplay.SHOWN, (key) -> {
			current.set(this.registry.getCurrentObservation());
			return "1";
		});
		this.builder.build(PRICE.key("BTC"));
		assertThat(current.get().getContextView()).isInstanceOf(SourceCallObservationContext.class);
	}

	@Test
	void aCallLinksToEveryOtherBuildThatWaitsForIt() {
		CountDownLatch busy = new CountDownLatch(1);
		CountDownLatch go = new CountDownLatch(1);
		this.registry.observationConfig()
			.observationHandler(new FirstMatchingCompositeObservationHandler(List
				.of(new LinkingTracingHandler(this.tracer), new DefaultTracingObservationHandler(this.tracer))));
		this.builder = Coalestra.builder()
			.activityWatcher(new ActivityObservations(() -> this.registry,
					ObservationConventions.standard(KeyDisplay.SHOWN), () -> false))
			.maxConcurrency(1)
			.source(Source.single("rest", PRICE, (key) -> {
				busy.countDown();
				go.await();
				return "1";
			}).nonBlocking().build())
			.build();
		CompletableFuture<Snapshot> holding = this.builder.buildAsync(PRICE.key("ETH"));
		awaitLatch(busy);
		CompletableFuture<Snapshot> one = this.builder.buildAsync(PRICE.key("BTC"));
		CompletableFuture<Snapshot> two = this.builder.buildAsync(PRICE.key("BTC"));
		go.countDown();
		CompletableFuture.allOf(holding, one, two).join();
		List<SimpleSpan> builds = spans("build");
		SimpleSpan call = spans("source rest").stream()
			.filter((span) -> span.getTags().containsValue("market:price:BTC"))
			.findFirst()
			.orElseThrow();
		assertThat(call.getLinks()).singleElement()
			.satisfies((link) -> assertThat(builds).extracting(SimpleSpan::getSpanId)
				.contains(link.getTraceContext().spanId()));
	}

	@Test
	void whoJoinsACallLaterHasASpanThatLinksToIt() {
		CountDownLatch called = new CountDownLatch(1);
		CountDownLatch go = new CountDownLatch(1);
		start(KeyDisplay.HIDDEN, (key) -> {
			called.countDown();
			go.await();
			return "1";
		});
		CompletableFuture<Snapshot> one = this.builder.buildAsync(PRICE.key("BTC"));
		awaitLatch(called);
		CompletableFuture<Snapshot> two = this.builder.buildAsync(PRICE.key("BTC"));
		go.countDown();
		CompletableFuture.allOf(one, two).join();
		SimpleSpan join = span("join rest");
		SimpleSpan call = span("source rest");
		assertThat(join.getLinks()).singleElement()
			.satisfies((link) -> assertThat(link.getTraceContext().spanId()).isEqualTo(call.getSpanId()));
		TestObservationRegistryAssert.assertThat(this.registry)
			.hasObservationWithNameEqualTo("coalestra.source.join")
			.that()
			.hasLowCardinalityKeyValue("source", "rest")
			.hasParentObservationContextMatching(BuildObservationContext.class::isInstance)
			.hasBeenStopped();
		assertThat(spans("build")).extracting(SimpleSpan::getSpanId).contains(call.getParentId());
		assertThat(call.getTags()).doesNotContainKey("keys").containsEntry("keys.count", "1");
	}

	@Test
	void aFailedCallHasItsError() {
		start(KeyDisplay.SHOWN, (key) -> {
			throw new IllegalStateException("down");
		});
		assertThatExceptionOfType(SnapshotBuildException.class).isThrownBy(() -> this.builder.build(PRICE.key("BTC")));
		assertThat(span("source rest").getError()).hasMessage("down");
		assertThat(span("build").getError()).isInstanceOf(SnapshotBuildException.class);
		assertThat(span("build").getTags()).containsEntry("status", "error").containsEntry("failed", "1");
	}

	@Test
	void aPublicationIsObservedWhereItIsMade() {
		start(KeyDisplay.SHOWN, (key) -> "1");
		Observation.createNotStarted("listener", this.registry)
			.observe(() -> this.builder.publisher().publish(ResourceUpdate.of(PRICE.key("BTC"), "2", "stream")));
		assertThat(span("publish").getParentId()).isEqualTo(span("listener").getSpanId());
	}

	@Test
	void aWarmBuildIsObservedWhereThatIsWanted() {
		start(KeyDisplay.SHOWN, (key) -> "1");
		SnapshotRequest request = SnapshotRequest.require(PRICE.key("BTC"));
		this.builder.build(request);
		this.builder.build(request);
		assertThat(spans("build")).hasSize(1);
		this.warm = true;
		this.builder.build(request);
		assertThat(spans("build")).extracting((span) -> span.getTags().get("path")).containsExactly("cold", "warm");
	}

	@Test
	void aConventionOfTheApplicationDecides() {
		ObservationConventions own = new ObservationConventions(null,
				new DefaultSourceCallObservationConvention(KeyDisplay.HIDDEN) {
					@Override
					public String getName() {
						return "backend.call";
					}
				}, null, null, KeyDisplay.HIDDEN);
		this.builder = Coalestra.builder()
			.activityWatcher(new ActivityObservations(() -> this.registry, own, () -> false))
			.source(SampleSources.rest().build())
			.build();
		this.builder.build(PRICE.key("BTC"));
		assertThat(this.registry).satisfies((observed) -> TestObservationRegistryAssert.assertThat(observed)
			.hasObservationWithNameEqualTo("backend.call"));
	}

	@Test
	void aRegistryThatDoesNothingCostsNothing() {
		ActivityWatcher watcher = new ActivityObservations(() -> ObservationRegistry.NOOP,
				ObservationConventions.standard(KeyDisplay.SHOWN), () -> false);
		this.builder = Coalestra.builder().activityWatcher(watcher).source(SampleSources.rest().build()).build();
		assertThat(this.builder.build(PRICE.key("BTC")).isComplete()).isTrue();
		assertThat(this.registry).isNotNull();
	}

	private SimpleSpan span(String name) {
		List<SimpleSpan> found = spans(name);
		assertThat(found).as("spans %s among %s", name, this.tracer.getSpans()).hasSize(1);
		return found.getFirst();
	}

	private List<SimpleSpan> spans(String name) {
		return this.tracer.getSpans().stream().filter((span) -> name.equals(span.getName())).toList();
	}

	private static void awaitLatch(CountDownLatch latch) {
		try {
			assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Notes the span that is current when a timer is recorded, as a registry does that
	 * samples exemplars.
	 */
	private static final class SamplingRegistry extends SimpleMeterRegistry {

		private final Tracer tracer;

		private final Map<String, String> spans;

		private SamplingRegistry(Tracer tracer, Map<String, String> spans) {
			this.tracer = tracer;
			this.spans = spans;
		}

		@Override
		protected Timer newTimer(Meter.Id id, DistributionStatisticConfig histogram, PauseDetector pauses) {
			return new CumulativeTimer(id, this.clock, histogram, pauses, getBaseTimeUnit(), false) {
				@Override
				protected void recordNonNegative(long amount, TimeUnit unit) {
					Span current = SamplingRegistry.this.tracer.currentSpan();
					SamplingRegistry.this.spans.put(id.getName(),
							(current != null) ? current.context().spanId() : "none");
					super.recordNonNegative(amount, unit);
				}
			};
		}

	}

}
