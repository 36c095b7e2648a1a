package io.coalestra.rules;

import java.time.Duration;
import java.util.List;

import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Gate;
import io.coalestra.fixtures.Script;
import io.coalestra.health.Severity;
import io.coalestra.policy.Freshness;
import io.coalestra.signal.BufferSettings;
import io.coalestra.signal.BufferStatistics;
import io.coalestra.signal.BufferedEventSink;
import io.coalestra.signal.Event;
import io.coalestra.signal.EventSink;
import io.coalestra.signal.EventType;
import io.coalestra.signal.Metric;
import io.coalestra.signal.MetricSink;
import io.coalestra.signal.Overflow;
import io.coalestra.signal.SinkBuffering;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static io.coalestra.fixtures.Types.PRICE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Events and metrics are told of everything and can break nothing.
 */
class SignalTests extends EngineFixture {

	private Source rest() {
		return Source.single("rest", PRICE, new Script<Integer>().answerAfter(this.time, millis(30), 1))
			.nonBlocking()
			.build();
	}

	@Test
	void aReadIsReportedFromMissToBuild() {
		SnapshotBuilder builder = start(rest());
		build(builder, BTC);
		assertThat(this.metrics.sum(Metric.CACHE_ACCESS, "miss", "market", "price")).isEqualTo(1);
		assertThat(this.metrics.sum(Metric.SOURCE_FETCH, "success", "rest")).isEqualTo(1);
		assertThat(this.metrics.values(Metric.SOURCE_FETCH_LATENCY, "rest")).containsExactly(30.0);
		assertThat(this.metrics.values(Metric.SOURCE_CAPACITY_WAIT, "rest")).containsExactly(0.0);
		assertThat(this.metrics.sum(Metric.SNAPSHOT_BUILD, "success", "cold")).isEqualTo(1);
		assertThat(this.metrics.values(Metric.SNAPSHOT_BUILD_DURATION, "success")).containsExactly(30.0);
		Event resolved = this.events.only(EventType.RESOURCE_RESOLVED);
		assertThat(resolved.fields()).containsEntry("resource", "market:price:BTC")
			.containsEntry("source", "rest")
			.containsEntry("latency_ms", 30.0)
			.containsEntry("attempts", 1)
			.containsEntry("source_kind", "single")
			.containsEntry("authority_rank", 0);
		assertThat(this.events.only(EventType.SNAPSHOT_BUILT).fields()).containsEntry("resolved", 1)
			.containsEntry("failed", 0)
			.containsEntry("build_failed", false);
	}

	@Test
	void aHitIsCountedAndToldToThoseWhoWantToKnow() {
		SnapshotBuilder builder = start(rest());
		build(builder, BTC);
		build(builder, BTC);
		assertThat(this.metrics.sum(Metric.CACHE_ACCESS, "fresh", "market", "price")).isEqualTo(1);
		assertThat(this.events.only(EventType.CACHE_HIT).fields()).containsEntry("freshness", "fresh");
		EventSink plain = (event) -> {
		};
		assertThat(plain.wants(EventType.CACHE_HIT)).isFalse();
		assertThat(plain.wants(EventType.SOURCE_FAILED)).isTrue();
	}

	@Test
	void warmBuildsAreAllCountedAndOneOfSixteenIsTimedForAll() {
		SnapshotBuilder builder = start(rest());
		build(builder, BTC);
		for (int i = 0; i < 1_600; i++) {
			this.time.advance(Duration.ofNanos(100));
			build(builder, BTC);
		}
		assertThat(this.metrics.sum(Metric.SNAPSHOT_BUILD, "success", "warm")).isEqualTo(1_600);
		assertThat(this.metrics.values(Metric.SNAPSHOT_WARM_BUILD_TIME)).hasSizeBetween(90, 110);
		assertThat(this.metrics.values(Metric.SNAPSHOT_BUILD_DURATION, "success")).containsExactly(30.0);
	}

	@Test
	void aFailedBuildIsCountedAsAnError() {
		SnapshotBuilder builder = start();
		failed(builder.buildAsync(BTC));
		assertThat(this.metrics.sum(Metric.SNAPSHOT_BUILD, "error", "cold")).isEqualTo(1);
		assertThat(this.events.only(EventType.SNAPSHOT_BUILT).fields()).containsEntry("build_failed", true);
	}

	@Test
	void whatSinksThrowIsContainedAndCounted() {
		EventSink broken = (event) -> {
			throw new IllegalStateException("disk full");
		};
		MetricSink brokenToo = (metric, labels) -> (value) -> {
			throw new StackOverflowError("deep");
		};
		SnapshotBuilder builder = start(steps().source(rest())
			.eventSink(EventSink.nonBlocking(broken))
			.metricSink(MetricSink.nonBlocking(brokenToo)));
		assertThat(build(builder, BTC).get(BTC)).isEqualTo(1);
		builder.publisher().publish(BTC, 2, "feed");
		assertThat(builder.health().containedSinkFailures()).isPositive();
	}

	@Test
	void aSinkThatHangsHoldsNoBuildAndSaysSoInTheHealth() {
		Gate disk = new Gate();
		SnapshotBuilder builder = start(steps().source(rest())
			.eventSink((event) -> disk.passStubbornly())
			.sinkBuffer(new BufferSettings(1, Overflow.DROP_NEWEST)));
		build(builder, BTC);
		disk.awaitArrivals(1);
		build(builder, ETH);
		BufferStatistics buffer = builder.health().buffers().get("events");
		assertThat(buffer.pending()).isEqualTo(2);
		assertThat(buffer.dropped()).isPositive();
		assertThat(builder.health().assess().reasons()).containsExactly("observability_backlog_high");
		assertThat(builder.health().assess().severity()).isEqualTo(Severity.CRITICAL);
		disk.open();
	}

	@Test
	void buffersAreMadeForThoseSinksThatMayBlock() {
		EventSink quick = EventSink.nonBlocking((event) -> {
		});
		EventSink slow = (event) -> {
		};
		assertThat(start(steps()).health().buffers()).isEmpty();
		assertThat(start(steps().eventSink(quick).eventSink(slow).eventSink(slow)).health().buffers())
			.containsOnlyKeys("events", "events-2");
		assertThat(start(steps().eventSink(slow).sinkBuffering(SinkBuffering.NONE)).health().buffers()).isEmpty();
		assertThat(start(steps().eventSink(quick).sinkBuffering(SinkBuffering.ALL)).health().buffers())
			.containsOnlyKeys("events", "events-2", "metrics");
		BufferedEventSink own = new BufferedEventSink("mine", slow, BufferSettings.DEFAULT);
		SnapshotBuilder handed = start(steps().eventSink(own).sinkBuffering(SinkBuffering.ALL));
		assertThat(handed.health().buffers()).containsOnlyKeys("events", "events-2", "metrics");
		handed.close();
		assertThat(own.statistics().closed()).as("a buffer that the builder did not make").isFalse();
		own.close();
	}

	@Test
	void aSinkThatCannotEvenSayWhatItWantsIsContained() {
		EventSink broken = new EventSink() {

			@Override
			public void emit(Event event) {
				throw new IllegalStateException("never called");
			}

			@Override
			public boolean wants(EventType type) {
				throw new IllegalStateException("no answer");
			}

		};
		SnapshotBuilder builder = start(steps().source(rest()).eventSink(broken).metricSink((metric, labels) -> {
			throw new IllegalStateException("no meter");
		}));
		assertThat(build(builder, BTC).get(BTC)).isEqualTo(1);
	}

	@Test
	void noLabelEverNamesASubject() {
		Script<Integer> script = new Script<Integer>().answer(1).fail(new IllegalStateException("down"));
		SnapshotBuilder builder = start(Freshness.ttl(seconds(1)).maxStale(seconds(60)),
				Source.batch("rest", PRICE, script).nonBlocking().build());
		build(builder, BTC);
		pass(seconds(2));
		build(builder, BTC);
		builder.publisher().publish(BTC, 1, "feed");
		builder.publisher().invalidate(BTC);
		assertThat(this.metrics.labels()).isNotEmpty().noneMatch((label) -> label.contains("BTC"));
	}

	@Test
	void wireNamesAreUnique() {
		assertThat(EventType.values()).extracting(EventType::wireName).doesNotHaveDuplicates();
		assertThat(Metric.values()).extracting(Metric::wireName).doesNotHaveDuplicates();
		assertThat(List.of(Metric.values())).allSatisfy(
				(metric) -> assertThat(metric.labelNames()).doesNotContain("subject", "resource", "qualifiers"));
	}

}
