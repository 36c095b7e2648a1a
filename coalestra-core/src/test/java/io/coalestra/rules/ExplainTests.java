package io.coalestra.rules;

import java.util.Locale;
import java.util.concurrent.CompletableFuture;

import io.coalestra.failure.SourceUnavailableException;
import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Script;
import io.coalestra.policy.CircuitPolicy;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.Resilience;
import io.coalestra.policy.RetryPolicy;
import io.coalestra.snapshot.Explanation;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.ALICE;
import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.PRICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Why a key came out as it did.
 */
class ExplainTests extends EngineFixture {

	private static Source source(String name, int priority, Script<Integer> script) {
		return Source.single(name, PRICE, script).nonBlocking().priority(priority).build();
	}

	@Test
	void aCacheHitIsExplainedFromItsRevision() {
		SnapshotBuilder builder = start(Freshness.ttl(seconds(60)), source("rest", 1, new Script<Integer>().answer(1)));
		build(builder, BTC);
		Explanation explanation = build(builder, BTC).explain(BTC);
		assertThat(explanation.outcome()).contains("cache", "fresh");
		assertThat(explanation.steps()).extracting(Explanation.Step::action).containsExactly("cache", "value");
		assertThat(explanation.toString()).contains("market:price:BTC", "fresh until", "rest");
	}

	@Test
	void whatFailedBeforeASuccessIsTold() {
		SnapshotBuilder builder = start(
				source("first", 2, new Script<Integer>().fail(new IllegalStateException("down"))),
				source("second", 1, new Script<Integer>().answer(2)));
		Explanation explanation = build(builder, BTC).explain(BTC);
		assertThat(explanation.toString()).contains("source first: IllegalStateException: down", "value second");
	}

	@Test
	void retriesAreToldWithTheirTimes() {
		Script<Integer> flaky = new Script<Integer>().fail(new SourceUnavailableException("busy")).answer(1);
		SnapshotBuilder builder = start(Source.single("rest", PRICE, flaky)
			.nonBlocking()
			.resilience(new Resilience(new RetryPolicy(2, millis(50), millis(50), 0), CircuitPolicy.NONE))
			.build());
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC);
		this.time.advance(millis(10));
		this.executor.runAll();
		pass(millis(50));
		Explanation.Step retry = arrived(build).explain(BTC)
			.steps()
			.stream()
			.filter((step) -> step.action().equals("retry"))
			.findFirst()
			.orElseThrow();
		assertThat(retry.component()).isEqualTo("rest");
		assertThat(retry.after()).isEqualTo(millis(10));
		assertThat(retry.detail()).contains("busy", "0.050 s");
	}

	@Test
	void aJoinedReadSaysSo() {
		SnapshotBuilder builder = start(source("rest", 1, new Script<Integer>().answer(1)));
		CompletableFuture<Snapshot> owner = builder.buildAsync(BTC);
		CompletableFuture<Snapshot> joiner = builder.buildAsync(BTC);
		assertThat(arrived(owner).explain(BTC).toString()).contains("opened a read");
		assertThat(arrived(joiner).explain(BTC).toString()).contains("joined the read in progress");
	}

	@Test
	void aFallbackTellsWhyItWasNeeded() {
		Script<Integer> failing = new Script<Integer>().answer(1).fail(new IllegalStateException("down"));
		SnapshotBuilder builder = start(source("rest", 1, failing));
		build(builder, BTC);
		pass(seconds(2));
		assertThat(build(builder, BTC).explain(BTC).toString()).contains("stale", "fallback", "down");
	}

	@Test
	void aFailureIsExplainedToo() {
		SnapshotBuilder builder = start(source("rest", 1, new Script<Integer>().answer(1)));
		Snapshot snapshot = build(builder, SnapshotRequest.prefer(BTC, ALICE));
		assertThat(snapshot.explain()).extracting(Explanation::key).isEqualTo(java.util.List.of(BTC, ALICE));
		assertThat(snapshot.explain(ALICE).toString()).contains("failure", "no source supports this key");
		assertThatIllegalArgumentException().isThrownBy(() -> snapshot.explain(PRICE.key("other")))
			.withMessageContaining("a key of the request");
	}

	@Test
	void aTrailIsBounded() {
		Script<Integer> failing = new Script<Integer>().fail(new IllegalStateException("down"));
		Source[] sources = new Source[50];
		for (int i = 0; i < sources.length; i++) {
			sources[i] = source("s" + i, i, failing);
		}
		Explanation explanation = attempt(start(sources), BTC).explain(BTC);
		assertThat(explanation.steps()).hasSizeLessThanOrEqualTo(Explanation.MAX_STEPS + 2);
		assertThat(explanation.toString()).contains("further steps");
	}

	@Test
	void aJoinedReadThatFailedSaysSoToo() {
		SnapshotBuilder builder = start(
				source("rest", 1, new Script<Integer>().fail(new IllegalStateException("down"))));
		CompletableFuture<Snapshot> owner = builder.buildAsync(SnapshotRequest.prefer(BTC));
		CompletableFuture<Snapshot> joiner = builder.buildAsync(SnapshotRequest.prefer(BTC));
		assertThat(arrived(owner).explain(BTC).toString()).contains("no usable value: opened a read");
		assertThat(arrived(joiner).explain(BTC).toString()).contains("no usable value: joined the read in progress");
	}

	@Test
	void whatTheCacheHadToSayOfAReadIsTold() {
		Script<Integer> script = new Script<Integer>().answer(1);
		SnapshotBuilder builder = start(source("rest", 1, script));
		build(builder, BTC);
		assertThat(build(builder, SnapshotRequest.require(BTC).bypassCache()).explain(BTC).toString())
			.contains("passed by, as the request asks: opened a read");
		pass(seconds(2));
		assertThat(build(builder, BTC).explain(BTC).toString())
			.contains("a stale value, which may stand in: opened a read");
	}

	@Test
	void textsAreTheSameInEveryLocale() {
		Script<Integer> flaky = new Script<Integer>().fail(new SourceUnavailableException("busy")).answer(1);
		SnapshotBuilder builder = start(Source.single("rest", PRICE, flaky)
			.nonBlocking()
			.resilience(new Resilience(new RetryPolicy(2, millis(50), millis(50), 0), CircuitPolicy.NONE))
			.build());
		Locale before = Locale.getDefault();
		try {
			Locale.setDefault(Locale.GERMANY);
			CompletableFuture<Snapshot> build = builder.buildAsync(BTC);
			this.executor.runAll();
			pass(millis(50));
			assertThat(arrived(build).explain(BTC).toString()).contains("+0.000 ms", "again in 0.050 s");
		}
		finally {
			Locale.setDefault(before);
		}
	}

}
