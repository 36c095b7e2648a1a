package io.coalestra.signal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

import io.coalestra.fixtures.Gate;
import io.coalestra.signal.BufferedSink.Rest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * A buffer before a sink: whoever emits never waits.
 */
@Timeout(60)
class BufferedSinkTests {

	private static final Duration LONG = Duration.ofSeconds(20);

	private static final Duration SHORT = Duration.ofMillis(1);

	private final Gate gate = new Gate();

	private final List<Object> delivered = Collections.synchronizedList(new ArrayList<>());

	@AfterEach
	void letGo() {
		this.gate.open();
	}

	private BufferedEventSink held(int maxPending, Overflow overflow) {
		return new BufferedEventSink("test", (event) -> {
			this.gate.passStubbornly();
			this.delivered.add(event.fields().get("n"));
		}, new BufferSettings(maxPending, overflow));
	}

	private static Event event(long number) {
		SequencedMap<String, Object> fields = new LinkedHashMap<>(Map.of("n", number));
		return new Event(EventType.RESOURCE_RESOLVED, Instant.EPOCH, fields);
	}

	// The first is being delivered, and does not count against the bound.
	private void emitWhileTheFirstIsHeld(BufferedEventSink sink, int more) {
		sink.emit(event(0));
		this.gate.awaitArrivals(1);
		for (int i = 1; i <= more; i++) {
			sink.emit(event(i));
		}
	}

	@Test
	void theOldestMakesRoom() throws Exception {
		BufferedEventSink sink = held(2, Overflow.DROP_OLDEST);
		emitWhileTheFirstIsHeld(sink, 5);
		assertThat(sink.statistics()).isEqualTo(new BufferStatistics(6, 0, 3, 0, 3, false, 2, 3, true, 0));
		this.gate.open();
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.delivered).containsExactly(0L, 4L, 5L);
		sink.close();
	}

	@Test
	void theNewestIsDropped() throws Exception {
		BufferedEventSink sink = held(2, Overflow.DROP_NEWEST);
		emitWhileTheFirstIsHeld(sink, 5);
		assertThat(sink.statistics().dropped()).isEqualTo(3);
		this.gate.open();
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.delivered).containsExactly(0L, 1L, 2L);
		sink.close();
	}

	@Test
	void whoeverEmitsIsRefused() {
		BufferedEventSink sink = held(1, Overflow.REFUSE);
		emitWhileTheFirstIsHeld(sink, 1);
		assertThatExceptionOfType(BufferFullException.class).isThrownBy(() -> sink.emit(event(9)))
			.satisfies((thrown) -> assertThat(thrown.buffer()).isEqualTo("test"))
			.withMessage("buffer \"test\": full with 1 records");
		this.gate.open();
		sink.close();
	}

	@Test
	void whatTheSinkThrowsIsCountedAndKeepsNothingFromComingAfter() throws Exception {
		BufferedEventSink sink = new BufferedEventSink("test", (event) -> {
			if (event.fields().get("n").equals(1L)) {
				throw new StackOverflowError("deep");
			}
			this.delivered.add(event.fields().get("n"));
		}, BufferSettings.DEFAULT);
		sink.emit(event(1));
		sink.emit(event(2));
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.delivered).containsExactly(2L);
		assertThat(sink.statistics().failures()).isEqualTo(1);
		assertThat(sink.statistics().delivered()).isEqualTo(1);
		sink.close();
	}

	@Test
	void flushTellsWhenTimePassedFirst() throws Exception {
		BufferedEventSink sink = held(5, Overflow.DROP_OLDEST);
		emitWhileTheFirstIsHeld(sink, 1);
		assertThat(sink.flush(SHORT)).isFalse();
		assertThatIllegalArgumentException().isThrownBy(() -> sink.flush(Duration.ofMillis(-1)))
			.withMessage("limit: PT-0.001S (expected: not negative)");
		this.gate.open();
		sink.close();
	}

	@Test
	void closingDeliversWhatIsPending() throws Exception {
		BufferedEventSink sink = held(5, Overflow.DROP_OLDEST);
		emitWhileTheFirstIsHeld(sink, 3);
		this.gate.open();
		assertThat(sink.close(LONG, Rest.DELIVER)).isTrue();
		assertThat(this.delivered).hasSize(4);
		sink.emit(event(9));
		BufferStatistics statistics = sink.statistics();
		assertThat(statistics.dropped()).as("what came after closing").isEqualTo(1);
		assertThat(statistics.closed()).isTrue();
		assertThat(statistics.workerAlive()).isFalse();
		assertThat(sink.close(LONG, Rest.DELIVER)).isTrue();
	}

	@Test
	void closingCanDiscardWhatIsPending() throws Exception {
		BufferedEventSink sink = held(5, Overflow.DROP_OLDEST);
		emitWhileTheFirstIsHeld(sink, 3);
		Thread closing = Thread.ofVirtual().start(() -> sink.close());
		assertThat(sink.close(SHORT, Rest.DISCARD)).isFalse();
		this.gate.open();
		closing.join();
		assertThat(sink.close(LONG, Rest.DISCARD)).isTrue();
		assertThat(sink.statistics().delivered() + sink.statistics().dropped()).isEqualTo(4);
	}

	@Test
	void aSinkThatHangsCostsItsBudgetAndEndsLater() throws Exception {
		BufferedEventSink sink = held(5, Overflow.DROP_OLDEST);
		emitWhileTheFirstIsHeld(sink, 3);
		assertThat(sink.close(SHORT, Rest.DELIVER)).isFalse();
		this.gate.awaitInterrupts(1);
		BufferStatistics hung = sink.statistics();
		assertThat(hung.shutdownTimeouts()).isEqualTo(1);
		assertThat(hung.shutdownIncomplete()).isTrue();
		assertThat(hung.dropped()).isEqualTo(3);
		this.gate.open();
		assertThat(sink.close(LONG, Rest.DELIVER)).isTrue();
		assertThat(sink.statistics().shutdownIncomplete()).isFalse();
		assertThat(sink.statistics().shutdownTimeouts()).isEqualTo(1);
	}

	@Test
	void aBufferThatWasNeverUsedHasNoThreadAndClosesAtOnce() throws Exception {
		BufferedEventSink sink = held(5, Overflow.DROP_OLDEST);
		assertThat(sink.statistics().workerAlive()).isTrue();
		assertThat(sink.close(Duration.ZERO, Rest.DELIVER)).isTrue();
		assertThat(sink.statistics().workerAlive()).isFalse();
	}

	@Test
	void metersAreLookedUpOnTheBuffersThreadOnce() throws Exception {
		List<String> looked = Collections.synchronizedList(new ArrayList<>());
		AtomicLong sum = new AtomicLong();
		BufferedMetricSink sink = new BufferedMetricSink("test", (metric, labels) -> {
			looked.add(Thread.currentThread().getName());
			return (value) -> sum.addAndGet((long) value);
		}, BufferSettings.DEFAULT);
		MetricSink.Meter meter = sink.meter(Metric.SNAPSHOT_BUILD, List.of("success", "cold"));
		meter.record(2);
		meter.record(3);
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(looked).containsExactly("coalestra-test");
		assertThat(sum).hasValue(5);
		sink.close();
	}

	@Test
	void everyRecordOfAStormIsDeliveredOrCounted() throws Exception {
		for (Overflow overflow : List.of(Overflow.DROP_OLDEST, Overflow.DROP_NEWEST)) {
			AtomicLong taken = new AtomicLong();
			BufferedEventSink sink = new BufferedEventSink("storm", (event) -> taken.incrementAndGet(),
					new BufferSettings(8, overflow));
			CountDownLatch start = new CountDownLatch(1);
			List<Thread> emitters = new ArrayList<>();
			for (int i = 0; i < 8; i++) {
				emitters.add(Thread.ofPlatform().start(() -> {
					try {
						start.await();
					}
					catch (InterruptedException ex) {
						Thread.currentThread().interrupt();
					}
					for (int n = 0; n < 5_000; n++) {
						sink.emit(event(n));
					}
				}));
			}
			start.countDown();
			// Closing among them: what comes too late is dropped, nothing is lost.
			emitters.getFirst().join();
			assertThat(sink.close(LONG, Rest.DELIVER)).isTrue();
			for (Thread emitter : emitters) {
				emitter.join();
			}
			BufferStatistics statistics = sink.statistics();
			assertThat(statistics.pending()).isZero();
			assertThat(statistics.delivered()).isEqualTo(taken.get());
			assertThat(statistics.delivered() + statistics.dropped()).isEqualTo(40_000);
			assertThat(statistics.peakPending()).isLessThanOrEqualTo(9);
		}
	}

}
