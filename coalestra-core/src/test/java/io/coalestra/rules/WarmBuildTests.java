package io.coalestra.rules;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.time.Duration;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import com.sun.management.ThreadMXBean;
import io.coalestra.Coalestra;
import io.coalestra.fixtures.EngineFixture;
import io.coalestra.key.ResourceKey;
import io.coalestra.policy.Freshness;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Source;
import io.coalestra.time.TimeSource;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.PRICE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a build of a hundred immutable values that are all fresh in memory does not do.
 */
class WarmBuildTests extends EngineFixture {

	private static final int KEYS = 100;

	private static final int BUILDS = 200;

	private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	private final CountedTime counted = new CountedTime(this.time);

	private final SnapshotRequest request = SnapshotRequest
		.require(IntStream.range(0, KEYS).mapToObj((i) -> PRICE.key("symbol-" + i)).toList());

	private SnapshotBuilder warm(Coalestra configuration) {
		SnapshotBuilder builder = start(
				configuration.source(Source.single("memory", PRICE, (ResourceKey<Integer> key) -> 1).inline().build())
					.timeSource(this.counted)
					.executor(this.executor)
					.defaultFreshness(Freshness.ttl(seconds(3600))));
		builder.build(this.request);
		this.executor.runAll();
		return builder;
	}

	@Test
	void itEndsOnTheCallingThreadWithNothingHandedToAnother() {
		SnapshotBuilder builder = warm(Coalestra.builder());
		assertThat(builder.build(this.request).isComplete()).isTrue();
		assertThat(this.executor.waiting()).isZero();
	}

	@Test
	void itReadsTheClockOnceAndArmsNoTimer() {
		SnapshotBuilder builder = warm(Coalestra.builder());
		this.counted.forget();
		builder.build(this.request.deadline(seconds(3)).softDeadline(seconds(1)));
		assertThat(this.counted.readings).isEqualTo(1);
		assertThat(this.counted.timers).isZero();
	}

	@Test
	void withMetersOneOfSixteenReadsTheClockTwice() {
		SnapshotBuilder builder = warm(Coalestra.builder().metricSink(this.metrics));
		this.counted.forget();
		for (int i = 0; i < 1_600; i++) {
			this.time.advance(Duration.ofNanos(100));
			builder.build(this.request);
		}
		assertThat(this.counted.readings - 1_600).isBetween(90, 110);
	}

	@Test
	void itNeitherBlocksNorWaitsNorStartsAThread() {
		SnapshotBuilder builder = warm(Coalestra.builder());
		// The least of some rounds: the JVM's own threads come and go as they like.
		assertThat(IntStream.range(0, 20).mapToLong((round) -> pausesAndThreads(builder)).min()).hasValue(0);
	}

	private long pausesAndThreads(SnapshotBuilder builder) {
		long before = pausesAndThreads();
		for (int i = 0; i < BUILDS; i++) {
			builder.build(this.request);
		}
		return pausesAndThreads() - before;
	}

	private static long pausesAndThreads() {
		ThreadInfo self = THREADS.getThreadInfo(Thread.currentThread().threadId());
		return self.getBlockedCount() + self.getWaitedCount() + THREADS.getTotalStartedThreadCount();
	}

	@Test
	void ofACompiledRequestItMakesSixBytesAKeyAndAFewHundred() {
		SnapshotBuilder builder = warm(Coalestra.builder());
		assertThat(bytes(() -> builder.build(this.request))).isLessThanOrEqualTo(KEYS * 6 + 256);
	}

	@Test
	void ofARequestMadeOnTheSpotItMakesTwentyFourBytesAKeyAndAFewHundred() {
		SnapshotBuilder builder = warm(Coalestra.builder());
		var keys = this.request.keys().stream().toList();
		assertThat(bytes(() -> builder.build(SnapshotRequest.require(keys)))).isLessThanOrEqualTo(KEYS * 24 + 256);
	}

	private static long bytes(Runnable build) {
		return LongStream.range(0, BUILDS).map((round) -> {
			long before = THREADS.getCurrentThreadAllocatedBytes();
			build.run();
			return THREADS.getCurrentThreadAllocatedBytes() - before;
		}).min().orElseThrow();
	}

	@Test
	void itsIdIsMadeWhenAskedForAndStays() {
		SnapshotBuilder builder = warm(Coalestra.builder());
		Snapshot first = builder.build(this.request);
		assertThat(first.id()).isNotBlank().isEqualTo(first.id()).isNotEqualTo(builder.build(this.request).id());
	}

	@Test
	void itIsCountedInTheStatistics() {
		SnapshotBuilder builder = warm(Coalestra.builder());
		long before = builder.health().cache().freshHits();
		builder.build(this.request);
		builder.build(this.request);
		assertThat(builder.health().cache().freshHits() - before).isEqualTo(2 * KEYS);
	}

	/**
	 * Counts what is asked of the time. Used by one thread.
	 */
	private static final class CountedTime implements TimeSource {

		private final TimeSource time;

		private int readings;

		private int timers;

		private CountedTime(TimeSource time) {
			this.time = time;
		}

		private void forget() {
			this.readings = 0;
			this.timers = 0;
		}

		@Override
		public long epochNanos() {
			this.readings++;
			return this.time.epochNanos();
		}

		@Override
		public long monotonicNanos() {
			this.readings++;
			return this.time.monotonicNanos();
		}

		@Override
		public Timer schedule(Runnable task, long delayNanos) {
			this.timers++;
			return this.time.schedule(task, delayNanos);
		}

	}

}
