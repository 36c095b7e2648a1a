package io.coalestra.rules;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.coalestra.failure.FailureReason;
import io.coalestra.failure.ResourceFailure;
import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Gate;
import io.coalestra.fixtures.Script;
import io.coalestra.key.ResourceGroup;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.source.AbandonedCalls;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.MEAN;
import static io.coalestra.fixtures.Types.PRICE;
import static io.coalestra.fixtures.Types.TOTAL;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A source may ask that what nobody waits for is not read to its end, and nobody who
 * waits is ever told so.
 */
class AbandonedCallTests extends EngineFixture {

	private static final ResourceKey<Integer> BTC_TOTAL = TOTAL.key("BTC");

	private final Gate gate = new Gate();

	private Source held(String name, ResourceType<Integer> type) {
		return Source.single(name, type, new Script<Integer>().then((key, context) -> {
			this.gate.pass();
			return Payload.of(1);
		})).nonBlocking().abandonedCalls(AbandonedCalls.CANCEL).build();
	}

	private static Source total(AbandonedCalls abandoned) {
		return Source
			.derived("total", TOTAL, (key) -> List.of(PRICE.key(key.subject())),
					(key, values) -> values.get(PRICE.key(key.subject())) * 10)
			.abandonedCalls(abandoned)
			.build();
	}

	@Test
	void anUnwantedCallIsInterruptedAndNoOtherSourceAsked() {
		Script<Integer> next = new Script<Integer>().answer(2);
		SnapshotBuilder builder = start(onThreads().source(held("slow", PRICE))
			.source(Source.single("next", PRICE, next).nonBlocking().priority(-1).build()));
		CompletableFuture<Snapshot> first = builder.buildAsync(BTC);
		CompletableFuture<Snapshot> second = builder.buildAsync(BTC);
		this.gate.awaitArrivals(1);
		first.cancel(true);
		second.cancel(true);
		this.gate.awaitInterrupts(1);
		assertThat(next.calls()).isZero();
	}

	@Test
	void whoComesWhileACallIsBeingGivenUpReadsAnew() {
		Script<Integer> script = new Script<Integer>().answer(1).answer(2);
		SnapshotBuilder builder = start(
				Source.single("rest", PRICE, script).nonBlocking().abandonedCalls(AbandonedCalls.CANCEL).build());
		builder.buildAsync(BTC).cancel(true);
		// The call was given up; its flight ends in the next step.
		CompletableFuture<Snapshot> late = builder.buildAsync(BTC);
		assertThat(arrived(late).find(BTC)).isPresent();
	}

	@Test
	void aDerivedValueReadsAnewWhatIsJustBeingGivenUp() {
		Script<Integer> script = new Script<Integer>().answer(1).answer(2);
		SnapshotBuilder builder = start(
				Source.single("rest", PRICE, script).nonBlocking().abandonedCalls(AbandonedCalls.CANCEL).build(),
				total(AbandonedCalls.FINISH));
		builder.buildAsync(BTC).cancel(true);
		CompletableFuture<Snapshot> late = builder.buildAsync(BTC_TOTAL);
		assertThat(arrived(late).find(BTC_TOTAL)).isPresent();
	}

	@Test
	void nobodyWhoStillHasTimeIsToldThatNobodyWaited() {
		Script<Integer> script = new Script<Integer>().answer(1);
		SnapshotBuilder builder = start(
				Source.single("rest", PRICE, script).nonBlocking().abandonedCalls(AbandonedCalls.CANCEL).build());
		builder.buildAsync(BTC).cancel(true);
		Snapshot snapshot = attempt(builder, BTC);
		assertThat(snapshot.errors().values()).flatExtracting(ResourceFailure::sources)
			.extracting("reason")
			.doesNotContain(FailureReason.UNWANTED);
	}

	@Test
	void aDerivedValueThatNobodyWaitsForLetsGoOfWhatItIsMadeOf() {
		SnapshotBuilder builder = start(onThreads().source(held("rest", PRICE)).source(total(AbandonedCalls.CANCEL)));
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC_TOTAL);
		this.gate.awaitArrivals(1);
		build.cancel(true);
		this.gate.awaitInterrupts(1);
	}

	@Test
	void whatADerivedValueLetsGoOfGoesOnForOthers() {
		SnapshotBuilder builder = start(onThreads().source(held("rest", PRICE)).source(total(AbandonedCalls.CANCEL)));
		CompletableFuture<Snapshot> derived = builder.buildAsync(BTC_TOTAL);
		this.gate.awaitArrivals(1);
		CompletableFuture<Snapshot> other = builder.buildAsync(BTC);
		derived.cancel(true);
		this.gate.open();
		assertThat(other.join().get(BTC)).isEqualTo(1);
	}

	@Test
	void aDerivedValueThatIsReadToItsEndKeepsWhatItIsMadeOf() {
		SnapshotBuilder builder = start(onThreads().source(held("rest", PRICE)).source(total(AbandonedCalls.FINISH)));
		CompletableFuture<Snapshot> derived = builder.buildAsync(BTC_TOTAL);
		this.gate.awaitArrivals(1);
		derived.cancel(true);
		CompletableFuture<Snapshot> late = builder.buildAsync(BTC_TOTAL);
		this.gate.open();
		assertThat(late.join().get(BTC_TOTAL)).isEqualTo(10);
		assertThat(builder.health().runawayCalls()).isEmpty();
	}

	@Test
	void companionsAreReadThoughNobodyAskedForThem() {
		SnapshotBuilder builder = start(onThreads().source(held("sum", TOTAL))
			.source(held("average", MEAN))
			.group(ResourceGroup.of("report", TOTAL, MEAN)));
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC_TOTAL);
		this.gate.awaitArrivals(2);
		this.gate.open();
		assertThat(build.join().get(BTC_TOTAL)).isEqualTo(1);
		assertThat(builder.build(MEAN.key("BTC")).get(MEAN.key("BTC"))).isEqualTo(1);
		assertThat(builder.health().runawayCalls()).isEmpty();
	}

	@Test
	void companionsAreGivenUpWithWhatWasAskedFor() {
		SnapshotBuilder builder = start(onThreads().source(held("sum", TOTAL))
			.source(held("average", MEAN))
			.group(ResourceGroup.of("report", TOTAL, MEAN)));
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC_TOTAL);
		this.gate.awaitArrivals(2);
		build.cancel(true);
		this.gate.awaitInterrupts(2);
	}

}
