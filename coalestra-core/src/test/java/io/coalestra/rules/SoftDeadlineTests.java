package io.coalestra.rules;

import java.util.concurrent.CompletableFuture;

import io.coalestra.failure.ResourceFailure;
import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Gate;
import io.coalestra.fixtures.Script;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.ACCOUNT;
import static io.coalestra.fixtures.Types.ALICE;
import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.PRICE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * At the soft deadline a build makes do with what is there, and the reads go on.
 */
class SoftDeadlineTests extends EngineFixture {

	private final Gate gate = new Gate();

	private final Script<Integer> slow = new Script<Integer>().then((key, context) -> {
		this.gate.pass();
		return Payload.of(2);
	});

	private SnapshotBuilder builder() {
		return start(onThreads().source(Source.single("slow", PRICE, this.slow).nonBlocking().build())
			.source(Source.single("ledger", ACCOUNT, new Script<String>().answer("Alice")).inline().build()));
	}

	@Test
	void whatIsOptionalIsLeftOutWithItsReasonAndItsReadFillsTheCache() {
		SnapshotBuilder builder = builder();
		CompletableFuture<Snapshot> build = builder
			.buildAsync(SnapshotRequest.require(ALICE).optional(BTC).softDeadline(millis(100)).deadline(seconds(3)));
		this.gate.awaitArrivals(1);
		assertThat(build).isNotDone();
		this.time.advance(millis(100));
		Snapshot snapshot = build.join();
		assertThat(snapshot.get(ALICE)).isEqualTo("Alice");
		assertThat(snapshot.errorFor(BTC).orElseThrow().kind()).isEqualTo(ResourceFailure.Kind.STILL_LOADING);
		CompletableFuture<Snapshot> next = builder.buildAsync(BTC);
		this.gate.open();
		assertThat(next.join().get(BTC)).isEqualTo(2);
		assertThat(this.slow.calls()).isEqualTo(1);
	}

	@Test
	void whatIsRequiredIsWaitedForUntilItIsThere() {
		SnapshotBuilder builder = builder();
		CompletableFuture<Snapshot> build = builder
			.buildAsync(SnapshotRequest.require(BTC).softDeadline(millis(100)).deadline(seconds(3)));
		this.gate.awaitArrivals(1);
		this.time.advance(millis(2999));
		assertThat(build).isNotDone();
		this.gate.open();
		assertThat(build.join().get(BTC)).isEqualTo(2);
	}

	@Test
	void aStaleValueOfARequiredKeyIsEnough() {
		SnapshotBuilder builder = builder();
		builder.publisher().publish(BTC, 1, "feed");
		this.time.advance(seconds(2));
		CompletableFuture<Snapshot> build = builder
			.buildAsync(SnapshotRequest.require(BTC).softDeadline(millis(100)).deadline(seconds(3)));
		this.gate.awaitArrivals(1);
		this.time.advance(millis(100));
		Snapshot snapshot = build.join();
		assertThat(snapshot.get(BTC)).isEqualTo(1);
		assertThat(snapshot.value(BTC).stale()).isTrue();
		this.gate.open();
	}

	@Test
	void theHardDeadlineFailsOnlyWhatIsRequired() {
		SnapshotBuilder builder = builder();
		CompletableFuture<Snapshot> build = builder
			.buildAsync(SnapshotRequest.require(ALICE).optional(BTC).deadline(seconds(3)));
		this.gate.awaitArrivals(1);
		this.time.advance(seconds(3));
		Snapshot snapshot = build.join();
		assertThat(snapshot.get(ALICE)).isEqualTo("Alice");
		assertThat(snapshot.errorFor(BTC).orElseThrow().isDeadlineExceeded()).isTrue();
	}

}
