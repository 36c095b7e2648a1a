package io.coalestra.spring.boot.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

import io.coalestra.Coalestra;
import io.coalestra.cache.SnapshotCache;
import io.coalestra.health.BuilderHealth;
import io.coalestra.health.ComponentHealth;
import io.coalestra.health.Finding;
import io.coalestra.health.HealthComponent;
import io.coalestra.health.HealthPolicy;
import io.coalestra.health.Severity;
import io.coalestra.publish.ResourcePublisher;
import io.coalestra.signal.BufferStatistics;
import io.coalestra.signal.Event;
import io.coalestra.signal.EventSink;
import io.coalestra.signal.EventType;
import io.coalestra.signal.MetricSink;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.source.Source;
import io.coalestra.spring.boot.SampleSources;
import io.coalestra.spring.boot.StubSnapshotBuilder;
import io.coalestra.spring.boot.autoconfigure.lifecycle.SnapshotBuilderLifecycle;
import io.coalestra.spring.boot.event.ApplicationEventSink;
import io.coalestra.spring.boot.event.LoggingEventSink;
import io.coalestra.time.SteerableTimeSource;
import io.coalestra.time.TimeSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;

import static io.coalestra.spring.boot.SampleSources.PRICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What an application gets, and what it can replace.
 */
class CoalestraAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CoalestraAutoConfiguration.class));

	@Test
	void anApplicationWithoutSourcesHasABuilderAndAPublisher() {
		this.runner.run((context) -> {
			assertThat(context).hasSingleBean(SnapshotBuilder.class).hasSingleBean(ResourcePublisher.class);
			assertThat(context.getBean(ResourcePublisher.class))
				.isSameAs(context.getBean(SnapshotBuilder.class).publisher());
			assertThat(context).doesNotHaveBean(EventSink.class);
		});
	}

	@Test
	void disabledThereIsNoBean() {
		this.runner.withPropertyValues("coalestra.enabled=false")
			.withUserConfiguration(TwoSources.class)
			.run((context) -> assertThat(context).doesNotHaveBean(CoalestraAutoConfiguration.class)
				.doesNotHaveBean(SnapshotBuilder.class)
				.doesNotHaveBean(ResourcePublisher.class)
				.doesNotHaveBean(CoalestraProperties.class)
				.doesNotHaveBean(DiscoveredSources.class));
	}

	@Test
	void aBuilderOfTheApplicationsOwnReplacesOurs() {
		StubSnapshotBuilder own = new StubSnapshotBuilder();
		this.runner.withBean("own", SnapshotBuilder.class, () -> own).run((context) -> {
			assertThat(context.getBean(SnapshotBuilder.class)).isSameAs(own);
			assertThat(context.getBean(ResourcePublisher.class)).isSameAs(own.publisher());
			assertThat(context).doesNotHaveBean(DiscoveredSources.class)
				.doesNotHaveBean(SnapshotBuilderLifecycle.class);
		});
	}

	@Test
	void amongSeveralBuildersOfTheApplicationsOwnNoPublisherIsChosen() {
		this.runner.withBean("one", SnapshotBuilder.class, StubSnapshotBuilder::new)
			.withBean("two", SnapshotBuilder.class, StubSnapshotBuilder::new)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ResourcePublisher.class));
	}

	@Test
	void aPublisherOfTheApplicationsOwnReplacesOurs() {
		ResourcePublisher own = new StubSnapshotBuilder.StubPublisher();
		this.runner.withBean("own", ResourcePublisher.class, () -> own)
			.run((context) -> assertThat(context.getBean(ResourcePublisher.class)).isSameAs(own));
	}

	@Test
	void beansOfTypeSourceAreAsked() {
		this.runner.withUserConfiguration(TwoSources.class).run((context) -> {
			Snapshot snapshot = context.getBean(SnapshotBuilder.class).build(PRICE.key("BTC"));
			assertThat(snapshot.get(PRICE.key("BTC"))).isEqualTo("rest BTC");
		});
	}

	@Test
	void sourcesThatAreCreatedLazilyAreFound() {
		this.runner.withUserConfiguration(LazySource.class)
			.run((context) -> assertThat(guarantees(context.getBean(SnapshotBuilder.class))).contains("lazy"));
	}

	@Test
	void sourcesKeepTheOrderOfTheirBeans() {
		this.runner.withUserConfiguration(OrderedSources.class)
			.run((context) -> assertThat(context.getBean(DiscoveredSources.class).asList()).extracting(Source::name)
				.containsExactly("first", "second", "third"));
	}

	@Test
	void propertiesReachTheBuilder() {
		this.runner.withUserConfiguration(TwoSources.class)
			.withPropertyValues("coalestra.max-concurrency=5", "coalestra.cache.max-entries=123",
					"coalestra.sources.rest.max-concurrency=2", "coalestra.sources.rest.timeout=9s")
			.run((context) -> {
				BuilderHealth health = context.getBean(SnapshotBuilder.class).health();
				assertThat(health.capacity().get("__global__").limit()).isEqualTo(5);
				assertThat(health.capacity().get("rest").limit()).isEqualTo(2);
				assertThat(health.cache().maxEntries()).isEqualTo(123);
				assertThat(health.timeoutGuarantees().get("rest").sourceTimeout()).isEqualTo(Duration.ofSeconds(9));
			});
	}

	@Test
	void anUndeclaredSourceIsAFindingOfTheHealthWhereToldSo() {
		this.runner.withBean(Source.class, SampleSources.undeclared("legacy")::build)
			.withPropertyValues("coalestra.require-timeout-declarations=false")
			.run((context) -> assertThat(context.getBean(SnapshotBuilder.class).health().assess().findings())
				.extracting(Finding::reason)
				.containsExactly("undeclared_source_timeout"));
	}

	@Test
	void anUnsafeSourceIsACriticalFindingWhereToldSo() {
		this.runner.withUserConfiguration(TwoSources.class)
			.withPropertyValues("coalestra.allow-unsafe-blocking-sources=true", "coalestra.sources.rest.timeout=1s")
			.run((context) -> assertThat(context.getBean(SnapshotBuilder.class).health().assess().severity())
				.isEqualTo(Severity.CRITICAL));
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void settingsOfAnUnknownSourceAreAWarningWhereToldSo(CapturedOutput output) {
		this.runner.withUserConfiguration(TwoSources.class)
			.withPropertyValues("coalestra.unknown-sources=warn", "coalestra.sources.rset.timeout=1s")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).contains("coalestra.sources.rset is for no source");
	}

	@Test
	void customizersComeLastAndInTheirOrder() {
		this.runner.withUserConfiguration(Customizers.class)
			.withPropertyValues("coalestra.max-concurrency=5")
			.run((context) -> {
				BuilderHealth health = context.getBean(SnapshotBuilder.class).health();
				assertThat(health.capacity().get("__global__").limit()).isEqualTo(8);
				assertThat(health.timeoutGuarantees()).containsKey("added");
			});
	}

	@Test
	void aCacheOfTheApplicationsOwnIsUsed() {
		this.runner.withBean(SnapshotCache.class, () -> SnapshotCache.bounded(77))
			.run((context) -> assertThat(context.getBean(SnapshotBuilder.class).health().cache().maxEntries())
				.isEqualTo(77));
	}

	@Test
	void aTimeSourceOfTheApplicationsOwnIsUsed() {
		SteerableTimeSource time = new SteerableTimeSource();
		this.runner.withBean(TimeSource.class, () -> time)
			.run((context) -> assertThat(context.getBean(SnapshotBuilder.class).health().takenAt())
				.isEqualTo(time.now()));
	}

	@Test
	void sinksOfTheApplicationsOwnAreUsed() {
		List<Event> events = new CopyOnWriteArrayList<>();
		AtomicBoolean measured = new AtomicBoolean();
		this.runner.withUserConfiguration(TwoSources.class)
			.withBean(EventSink.class, () -> events::add)
			.withBean(MetricSink.class, () -> (metric, labels) -> (value) -> measured.set(true))
			.run((context) -> context.getBean(ResourcePublisher.class).publish(PRICE.key("BTC"), "42", "feed"));
		assertThat(events).extracting(Event::type).contains(EventType.RESOURCE_PUBLISHED);
		assertThat(measured).isTrue();
	}

	@Test
	void eventsReachTheListenersOfTheApplicationWhereToldSo() {
		this.runner.withUserConfiguration(Listener.class)
			.withPropertyValues("coalestra.events.publish=true")
			.run((context) -> {
				assertThat(context).hasSingleBean(ApplicationEventSink.class);
				context.getBean(ResourcePublisher.class).publish(PRICE.key("BTC"), "42", "feed");
				Listener listener = context.getBean(Listener.class);
				await().atMost(Duration.ofSeconds(30))
					.untilAsserted(() -> assertThat(listener.heard).extracting(Event::type)
						.contains(EventType.RESOURCE_PUBLISHED));
			});
	}

	@Test
	void aListenerThatThrowsHarmsNeitherBuildsNorOtherSinksAndIsCounted() {
		List<Event> events = new CopyOnWriteArrayList<>();
		this.runner.withUserConfiguration(TwoSources.class, ThrowingListener.class)
			.withBean(EventSink.class, () -> events::add)
			.withPropertyValues("coalestra.events.publish=true")
			.run((context) -> {
				SnapshotBuilder builder = context.getBean(SnapshotBuilder.class);
				context.getBean(ResourcePublisher.class).publish(PRICE.key("BTC"), "42", "feed");
				assertThat(builder.build(PRICE.key("BTC")).get(PRICE.key("BTC"))).isEqualTo("42");
				await().atMost(Duration.ofSeconds(30))
					.untilAsserted(
							() -> assertThat(events).extracting(Event::type).contains(EventType.RESOURCE_PUBLISHED));
				await().atMost(Duration.ofSeconds(30))
					.untilAsserted(() -> assertThat(builder.health().buffers().values())
						.anySatisfy((buffer) -> assertThat(buffer.failures()).isPositive()));
			});
	}

	@Test
	void buffersBeforeSinksAreBoundedAsToldSo() {
		this.runner.withBean(EventSink.class, () -> (event) -> {
		})
			.withPropertyValues("coalestra.events.max-pending=7", "coalestra.events.overflow=drop-newest")
			.run((context) -> assertThat(context.getBean(SnapshotBuilder.class).health().buffers().get("events"))
				.extracting(BufferStatistics::maxPending)
				.isEqualTo(7));
		this.runner.withBean(EventSink.class, () -> (event) -> {
		})
			.withPropertyValues("coalestra.events.buffering=none")
			.run((context) -> assertThat(context.getBean(SnapshotBuilder.class).health().buffers()).isEmpty());
	}

	@Test
	void componentsReportWithTheBuilderAlsoWhenTheyNeedIt() {
		this.runner.withBean(NeedsTheBuilder.class)
			.run((context) -> assertThat(context.getBean(SnapshotBuilder.class).health().components())
				.containsOnlyKeys("needy"));
	}

	@Test
	void thePolicyOfHealthIsAsToldSoAndBacksOff() {
		this.runner
			.withPropertyValues("coalestra.health.counter-delta-critical=50", "coalestra.health.flight-age-degraded=5s")
			.run((context) -> assertThat(context.getBean(HealthPolicy.class)).isEqualTo(HealthPolicy.DEFAULT
				.with((policy) -> policy.counterDeltaCritical(50).flightAgeDegraded(Duration.ofSeconds(5)))));
		HealthPolicy own = HealthPolicy.DEFAULT.with((policy) -> policy.runawayCallsDegraded(9));
		this.runner.withBean(HealthPolicy.class, () -> own)
			.run((context) -> assertThat(context.getBean(HealthPolicy.class)).isSameAs(own));
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void eventsAreLoggedWhereToldSo(CapturedOutput output) {
		this.runner.withPropertyValues("coalestra.events.log-level=warn").run((context) -> {
			assertThat(context).hasSingleBean(LoggingEventSink.class);
			context.getBean(ResourcePublisher.class).publish(PRICE.key("BTC"), "the payload", "feed");
		});
		assertThat(output).contains("resource_published").doesNotContain("the payload");
	}

	@Test
	void theBuilderIsClosedWithTheApplication() {
		List<SnapshotBuilder> builders = new ArrayList<>();
		this.runner.run((context) -> builders.add(context.getBean(SnapshotBuilder.class)));
		assertThat(builders).singleElement().satisfies((builder) -> assertThat(builder.isClosed()).isTrue());
	}

	private static List<String> guarantees(SnapshotBuilder builder) {
		return List.copyOf(builder.health().timeoutGuarantees().keySet());
	}

	@Configuration(proxyBeanMethods = false)
	static class TwoSources {

		@Bean
		Source memory() {
			return SampleSources.memory().build();
		}

		@Bean
		Source prices() {
			return SampleSources.rest().build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazySource {

		@Bean
		@Lazy
		Source lazy() {
			return SampleSources.memory("lazy").build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OrderedSources {

		@Bean
		@Order(3)
		Source a() {
			return SampleSources.memory("third").build();
		}

		@Bean
		@Order(1)
		Source b() {
			return SampleSources.memory("first").build();
		}

		@Bean
		@Order(2)
		Source c() {
			return SampleSources.memory("second").build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Customizers {

		@Bean
		@Order(2)
		CoalestraCustomizer last() {
			return (coalestra) -> coalestra.maxConcurrency(8);
		}

		@Bean
		@Order(1)
		CoalestraCustomizer first() {
			return (Coalestra coalestra) -> coalestra.maxConcurrency(7).source(SampleSources.memory("added").build());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Listener {

		final List<Event> heard = new CopyOnWriteArrayList<>();

		@EventListener
		void on(Event event) {
			this.heard.add(event);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ThrowingListener {

		@EventListener
		void on(Event event) {
			throw new IllegalStateException("a listener that fails");
		}

	}

	static final class NeedsTheBuilder implements HealthComponent {

		NeedsTheBuilder(SnapshotBuilder builder) {
			assertThat(builder).isNotNull();
		}

		@Override
		public String healthName() {
			return "needy";
		}

		@Override
		public ComponentHealth componentHealth() {
			return new ComponentHealth("test.needy", 1, Map.of(), Map.of(), List.of());
		}

	}

}
