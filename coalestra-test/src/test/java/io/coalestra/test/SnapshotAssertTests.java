package io.coalestra.test;

import java.time.Duration;

import io.coalestra.failure.ResourceFailure;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.Resilience;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Payload;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static io.coalestra.test.CoalestraAssertions.assertThat;
import static io.coalestra.test.TestTypes.BTC;
import static io.coalestra.test.TestTypes.ETH;
import static io.coalestra.test.TestTypes.PRICE;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Assertions on snapshots, and what they say when they fail.
 */
class SnapshotAssertTests {

	private final FakeSource<String> source = FakeSource.batch("exchange", PRICE).put(BTC, "42");

	private final CoalestraBench bench = CoalestraBench.of((coalestra) -> coalestra.source(this.source.asSource())
		.defaultFreshness(Freshness.ttl(Duration.ofSeconds(1)).maxStale(Duration.ofSeconds(60)))
		.defaultResilience(Resilience.NONE));

	@AfterEach
	void close() {
		this.bench.close();
	}

	private static void refused(ThrowingCallable assertion, String... parts) {
		assertThatExceptionOfType(AssertionError.class).isThrownBy(assertion).withMessageContainingAll(parts);
	}

	@Test
	void valuesAndWhereTheyAreFrom() {
		Snapshot snapshot = this.bench.build(SnapshotRequest.require(BTC).optional(ETH));
		assertThat(snapshot).isComplete()
			.has(BTC)
			.hasValue(BTC, "42")
			.isFrom(BTC, "exchange")
			.isFresh(BTC)
			.isAbsent(ETH);
		assertThat(snapshot).value(BTC).isEqualTo("42");
		refused(() -> assertThat(snapshot).hasValue(BTC, "43"), "market:price:BTC", "<43>", "<42>");
		refused(() -> assertThat(snapshot).isFrom(BTC, "feed"), "to be from <feed>, but it is from <exchange>");
		refused(() -> assertThat(snapshot).has(ETH), "a source said that it does not exist");
		refused(() -> assertThat(snapshot).has(PRICE.key("DOGE")), "it was not asked for");
		refused(() -> assertThat(snapshot).isAbsent(BTC), "it has a value");
		refused(() -> assertThat(snapshot).isStale(BTC), "to be stale, but it is fresh");
		refused(() -> assertThat(snapshot).isFromCache(BTC), "but it was read");
		refused(() -> assertThat((Snapshot) null).isComplete(), "null");
	}

	@Test
	void staleness() {
		this.bench.build(BTC);
		this.bench.advance(Duration.ofSeconds(5));
		this.source.failNext(1, new IllegalStateException("down"));
		Snapshot snapshot = this.bench.build(BTC);
		assertThat(snapshot).isStale(BTC).isFromCache(BTC);
		refused(() -> assertThat(snapshot).isFresh(BTC), "stale with an age of PT5S");
	}

	@Test
	void failures() {
		this.source.failNext(1, new IllegalStateException("down"));
		Snapshot snapshot = this.bench.build(SnapshotRequest.prefer(BTC));
		assertThat(snapshot).failed(BTC, ResourceFailure.Kind.SOURCES_FAILED).failedAt(BTC, "exchange");
		refused(() -> assertThat(snapshot).isComplete(), "market:price:BTC", "exchange", "down");
		refused(() -> assertThat(snapshot).has(BTC), "it failed", "down");
		refused(() -> assertThat(snapshot).failed(BTC, ResourceFailure.Kind.CLOSED), "CLOSED", "SOURCES_FAILED");
		refused(() -> assertThat(snapshot).failedAt(BTC, "feed"), "to have failed at <feed>");
		refused(() -> assertThat(snapshot).failed(ETH, ResourceFailure.Kind.CLOSED), "it was not asked for");
	}

	@Test
	void howFarApartValuesWereObserved() {
		this.source.put(ETH, Payload.of("1").observedAt(this.bench.time().now().minusMillis(300)));
		Snapshot snapshot = this.bench.build(BTC, ETH);
		assertThat(snapshot).isObservedWithin(Duration.ofMillis(300));
		refused(() -> assertThat(snapshot).isObservedWithin(Duration.ofMillis(299)), "they are PT0.3S apart");
	}

}
