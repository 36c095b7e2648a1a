package io.coalestra.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import io.coalestra.failure.ResourceFailure;
import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Gate;
import io.coalestra.fixtures.Script;
import io.coalestra.key.ResourceKey;
import io.coalestra.policy.AcceptancePolicy;
import io.coalestra.policy.AcceptanceRule;
import io.coalestra.policy.ConsistencyPolicy;
import io.coalestra.policy.Freshness;
import io.coalestra.signal.EventType;
import io.coalestra.signal.Metric;
import io.coalestra.snapshot.SessionClosedException;
import io.coalestra.snapshot.SessionOptions;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotAcceptanceException;
import io.coalestra.snapshot.SnapshotBuildException;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotConsistencyException;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.snapshot.SnapshotResult;
import io.coalestra.snapshot.SnapshotSession;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.ALICE;
import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static io.coalestra.fixtures.Types.MEAN;
import static io.coalestra.fixtures.Types.ORDERS;
import static io.coalestra.fixtures.Types.PRICE;
import static io.coalestra.fixtures.Types.TOTAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Several stages of reading that agree.
 */
class SessionTests extends EngineFixture {

	private static final ResourceKey<Integer> SUM = TOTAL.key("sum");

	private static final ResourceKey<Integer> TWICE = MEAN.key("twice");

	private final Script<Integer> prices = new Script<Integer>().answer(1).answer(2).answer(3).answer(4).answer(5);

	private final AtomicInteger derivations = new AtomicInteger();

	private Source prices() {
		return Source.single("rest", PRICE, this.prices).nonBlocking().build();
	}

	private Source sum() {
		return Source.derived("sum", TOTAL, (key) -> List.of(BTC, ETH), (key, values) -> {
			this.derivations.incrementAndGet();
			return values.get(BTC) * 100 + values.get(ETH);
		}).build();
	}

	private Source twice() {
		return Source.derived("twice", MEAN, (key) -> List.of(SUM), (key, values) -> 2 * values.get(SUM)).build();
	}

	private SnapshotBuilder builder() {
		return start(Freshness.ttl(seconds(1)).maxStale(seconds(2)), prices(), sum(), twice());
	}

	@Test
	void aCircleOfDerivationsFailsItsKeysAndNothingElse() {
		ResourceKey<Integer> one = TOTAL.key("1");
		ResourceKey<Integer> two = TOTAL.key("2");
		ResourceKey<Integer> three = TOTAL.key("3");
		Source circle = Source.derived("circle", TOTAL,
				(key) -> Stream.of(one, two, three).filter((other) -> !other.equals(key)).toList(), (key, values) -> 0)
			.build();
		SnapshotBuilder builder = start(prices(), circle);
		try (SnapshotSession session = builder.openSession()) {
			CompletableFuture<Snapshot> stage = session.resolveAsync(SnapshotRequest.require(BTC).optional(one));
			this.executor.runAll();
			Snapshot snapshot = stage.join();
			assertThat(snapshot.get(BTC)).isEqualTo(1);
			assertThat(snapshot.errorFor(one)).isPresent();
		}
	}

	private Snapshot resolve(SnapshotSession session, ResourceKey<?>... keys) {
		return arrived(session.resolveAsync(SnapshotRequest.require(keys)));
	}

	// --- pinning ---

	@Test
	void whatWasSeenOnceStaysWhateverIsPublishedAndHoweverOldItGrows() {
		SnapshotBuilder builder = builder();
		try (SnapshotSession session = builder.openSession()) {
			assertThat(resolve(session, BTC).get(BTC)).isEqualTo(1);
			builder.publisher().publish(BTC, 50, "feed");
			this.time.advance(seconds(60));
			Snapshot later = resolve(session, BTC, ETH);
			assertThat(later.get(BTC)).isEqualTo(1);
			assertThat(later.get(ETH)).isEqualTo(2);
			assertThat(this.prices.calls()).isEqualTo(2);
			assertThat(session.snapshot().values()).isEqualTo(later.values());
		}
	}

	@Test
	void everySnapshotShowsAllThatWasResolvedUnderOneId() {
		SnapshotBuilder builder = builder();
		try (SnapshotSession session = builder
			.openSession(SessionOptions.DEFAULT.snapshotId("s-1").metadata("user", "u").metadata("stage", "none"))) {
			assertThat(session.snapshot().keys()).isEmpty();
			Snapshot first = resolve(session, BTC);
			this.time.advance(seconds(1));
			Snapshot second = arrived(session.resolveAsync(SnapshotRequest.require(ETH).metadata("stage", "two")));
			assertThat(second.keys()).containsExactly(BTC, ETH);
			assertThat(second.id()).isEqualTo(session.id()).isEqualTo("s-1");
			assertThat(second.diagnostics().sourceCalls()).isEqualTo(2);
			assertThat(first.diagnostics().sourceCalls()).as("as it was when it was made").isEqualTo(1);
			assertThat(this.prices.contextOf(1).metadata()).containsEntry("user", "u").containsEntry("stage", "two");
			assertThat(this.prices.contextOf(1).snapshotId()).isEqualTo("s-1");
			assertThat(this.metrics.sum(Metric.SNAPSHOT_SESSION_RESOLVE, "success")).isEqualTo(2);
			assertThat(this.events.of(EventType.SNAPSHOT_SESSION_RESOLVED)).hasSize(2);
		}
	}

	@Test
	void whatIsDerivedLaterIsDerivedFromWhatIsPinned() {
		SnapshotBuilder builder = builder();
		try (SnapshotSession session = builder.openSession()) {
			resolve(session, BTC);
			builder.publisher().publish(BTC, 50, "feed");
			assertThat(resolve(session, SUM).get(SUM)).isEqualTo(102);
			assertThat(resolve(session, TWICE).get(TWICE)).isEqualTo(204);
			assertThat(build(builder, SUM).get(SUM)).as("for everybody else it is another").isEqualTo(5002);
			assertThat(this.prices.calls()).isEqualTo(2);
		}
	}

	@Test
	void aCachedDerivedValueServesOnlyWhereItWasDerivedFromWhatIsPinned() {
		SnapshotBuilder builder = builder();
		try (SnapshotSession session = builder.openSession()) {
			resolve(session, BTC);
			assertThat(build(builder, SUM).get(SUM)).isEqualTo(102);
			assertThat(resolve(session, SUM).get(SUM)).isEqualTo(102);
			assertThat(this.derivations).hasValue(1);
		}
		try (SnapshotSession session = builder.openSession()) {
			resolve(session, BTC);
			builder.publisher().publish(BTC, 50, "feed");
			assertThat(build(builder, SUM).get(SUM)).isEqualTo(5002);
			assertThat(resolve(session, SUM).get(SUM)).isEqualTo(102);
			assertThat(build(builder, SUM).get(SUM)).as("what the session derived is its own").isEqualTo(5002);
		}
	}

	@Test
	void inputsOfWhatWasSeenArePinnedAsWell() {
		SnapshotBuilder builder = builder();
		try (SnapshotSession session = builder.openSession()) {
			assertThat(resolve(session, SUM).get(SUM)).isEqualTo(102);
			builder.publisher().publish(BTC, 50, "feed");
			Snapshot snapshot = resolve(session, BTC);
			assertThat(snapshot.get(BTC)).isEqualTo(1);
			assertThat(snapshot.keys()).containsExactly(SUM, BTC);
		}
	}

	@Test
	void aSumOfAPinnedStaleValueIsStaleAndServesAllTheSame() {
		SnapshotBuilder builder = start(Freshness.ttl(seconds(1)).maxStale(seconds(20)), Source
			.single("rest", PRICE, new Script<Integer>().answer(1).answer(2).fail(new IllegalStateException("down")))
			.nonBlocking()
			.build(), sum());
		build(builder, BTC, ETH);
		this.time.advance(seconds(2));
		try (SnapshotSession session = builder.openSession()) {
			assertThat(resolve(session, BTC).staleKeys()).containsExactly(BTC);
			Snapshot snapshot = resolve(session, ETH, SUM);
			assertThat(snapshot.get(SUM)).isEqualTo(102);
			assertThat(snapshot.staleKeys()).containsExactly(BTC, ETH, SUM);
		}
	}

	// --- failures ---

	@Test
	void whatFailedStaysFailedUntilARequestRetriesIt() {
		Script<Integer> failing = new Script<Integer>().fail(new IllegalStateException("down")).answer(9);
		SnapshotBuilder builder = start(Source.single("rest", PRICE, failing).nonBlocking().build());
		try (SnapshotSession session = builder.openSession()) {
			SnapshotRequest request = SnapshotRequest.require(BTC);
			SnapshotBuildException thrown = failed(session.resolveAsync(request));
			assertThat(thrown.failures()).extracting(ResourceFailure::key).containsExactly(BTC);
			failed(session.resolveAsync(request));
			assertThat(failing.calls()).isEqualTo(1);
			assertThat(session.snapshot().errors()).containsOnlyKeys(BTC);
			assertThat(arrived(session.resolveAsync(SnapshotRequest.prefer(ETH))).get(ETH)).isEqualTo(9);
			Snapshot snapshot = arrived(session.resolveAsync(request.retryErrors()));
			assertThat(snapshot.get(BTC)).isEqualTo(9);
			assertThat(snapshot.errors()).isEmpty();
			assertThat(this.metrics.sum(Metric.SNAPSHOT_SESSION_RESOLVE, "error")).isEqualTo(2);
		}
	}

	@Test
	void failuresOfOtherKeysThrowNothing() {
		SnapshotBuilder builder = builder();
		try (SnapshotSession session = builder.openSession()) {
			Snapshot first = arrived(session.resolveAsync(SnapshotRequest.prefer(ALICE)));
			assertThat(first.errors()).containsOnlyKeys(ALICE);
			Snapshot second = resolve(session, BTC);
			assertThat(second.errors()).containsOnlyKeys(ALICE);
			assertThat(second.values()).containsOnlyKeys(BTC);
		}
	}

	@Test
	void aStageThatIsNotMetSaysSoWithoutAnException() {
		SnapshotBuilder builder = builder();
		try (SnapshotSession session = builder.openSession()) {
			SnapshotResult result = session.tryResolve(SnapshotRequest.require(ALICE));
			assertThat(result).isInstanceOf(SnapshotResult.Rejected.class);
			assertThat(result.snapshot().orElseThrow().errors()).containsOnlyKeys(ALICE);
		}
	}

	@Test
	void pinnedValuesAreJudgedAtTheTimeOfEachCall() {
		SnapshotBuilder builder = builder();
		try (SnapshotSession session = builder.openSession()) {
			resolve(session, BTC);
			this.time.advance(seconds(5));
			SnapshotRequest young = SnapshotRequest.require(BTC)
				.acceptance(AcceptancePolicy.builder()
					.defaultRule(AcceptanceRule.ANY.maxAge(seconds(4)))
					.repairing()
					.build());
			assertThat(failed(session.resolveAsync(young))).isInstanceOf(SnapshotAcceptanceException.class);
			assertThat(failed(session.resolveAsync(
					SnapshotRequest.require(BTC, ETH).consistency(ConsistencyPolicy.maxSkew(seconds(4)).repairing()))))
				.isInstanceOf(SnapshotConsistencyException.class);
			assertThat(session.snapshot().get(ETH)).as("read, and pinned").isEqualTo(2);
			assertThat(this.prices.calls()).as("what is pinned is not repaired").isEqualTo(2);
		}
	}

	// --- time ---

	@Test
	void theDeadlineIsThatOfTheWholeSession() {
		SnapshotBuilder builder = builder();
		try (SnapshotSession session = builder.openSession(SessionOptions.DEFAULT.deadline(seconds(3)))) {
			resolve(session, BTC);
			this.time.advance(seconds(2));
			CompletableFuture<Snapshot> late = session.resolveAsync(SnapshotRequest.require(ETH).deadline(seconds(60)));
			this.time.advance(seconds(1));
			assertThat(failed(late).failures()).extracting(ResourceFailure::kind)
				.containsExactly(ResourceFailure.Kind.DEADLINE_EXCEEDED);
			assertThat(resolve(session, BTC).get(BTC)).as("what is pinned needs no time").isEqualTo(1);
			int calls = this.prices.calls();
			failed(session.resolveAsync(SnapshotRequest.require(PRICE.key("DOGE"))));
			assertThat(this.prices.calls()).as("no read is begun any more").isEqualTo(calls);
		}
	}

	@Test
	void aStageWaitsForItsTurnWithinItsOwnDeadline() {
		SnapshotBuilder builder = builder();
		try (SnapshotSession session = builder.openSession()) {
			CompletableFuture<Snapshot> first = session.resolveAsync(SnapshotRequest.require(BTC));
			CompletableFuture<Snapshot> second = session
				.resolveAsync(SnapshotRequest.require(ETH).deadline(seconds(1)));
			this.time.advance(seconds(1));
			this.executor.runLatest();
			assertThat(second).isCompletedExceptionally();
			assertThat(failed(second).failures()).extracting(ResourceFailure::kind)
				.containsExactly(ResourceFailure.Kind.DEADLINE_EXCEEDED);
			assertThat(arrived(first).keys()).as("it changed nothing").containsExactly(BTC);
			assertThat(this.time.pendingTimers()).isZero();
		}
	}

	// --- closing and giving up ---

	@Test
	void closingEndsTheStageThatIsAtWorkAndThoseThatWait() {
		SnapshotBuilder builder = builder();
		SnapshotSession session = builder.openSession();
		CompletableFuture<Snapshot> first = session.resolveAsync(SnapshotRequest.require(BTC));
		CompletableFuture<Snapshot> second = session.resolveAsync(SnapshotRequest.require(ETH));
		session.close();
		session.close();
		this.executor.runAll();
		for (CompletableFuture<Snapshot> stage : List.of(first, second)) {
			assertThat(stage).isCompletedExceptionally();
			assertThat(stage.exceptionNow()).isInstanceOf(SessionClosedException.class);
		}
		assertThat(session.isClosed()).isTrue();
		assertThatExceptionOfType(SessionClosedException.class).isThrownBy(session::snapshot)
			.satisfies((thrown) -> assertThat(thrown.sessionId()).isEqualTo(session.id()));
		assertThatExceptionOfType(SessionClosedException.class).isThrownBy(() -> session.resolve(BTC));
		assertThatExceptionOfType(SessionClosedException.class).isThrownBy(() -> session.revalidate(BTC));
		assertThat(build(builder, BTC).get(BTC)).as("the read went on").isEqualTo(1);
		assertThat(this.prices.calls()).isEqualTo(1);
	}

	@Test
	void closingEndsAStageOnAnotherThreadAtOnce() throws Exception {
		Gate gate = new Gate();
		SnapshotBuilder builder = start(onThreads().source(Source.single("rest", PRICE, (key) -> {
			gate.pass();
			return 1;
		}).nonBlocking().build()));
		SnapshotSession session = builder.openSession();
		CompletableFuture<SnapshotResult> stage = CompletableFuture
			.supplyAsync(() -> session.tryResolve(SnapshotRequest.require(BTC)));
		gate.awaitArrivals(1);
		session.close();
		SnapshotResult result = stage.get(20, TimeUnit.SECONDS);
		assertThat(result.reasons()).extracting(SnapshotResult.Reason::wireName)
			.containsExactly("SessionClosedException");
		gate.open();
	}

	@Test
	void aStageThatIsCancelledLeavesNothingAndPassesTheTurnOn() {
		SnapshotBuilder builder = builder();
		try (SnapshotSession session = builder.openSession()) {
			CompletableFuture<Snapshot> first = session.resolveAsync(SnapshotRequest.require(BTC));
			CompletableFuture<Snapshot> second = session.resolveAsync(SnapshotRequest.require(ALICE));
			CompletableFuture<Snapshot> third = session.resolveAsync(SnapshotRequest.require(ETH));
			second.cancel(true);
			first.cancel(true);
			assertThat(arrived(third).keys()).containsExactly(ETH);
			assertThat(session.snapshot().keys()).containsExactly(ETH);
		}
	}

	@Test
	void aStageOfAClosedSessionIsARejectionWhereNoExceptionIsToBeThrown() {
		SnapshotSession session = builder().openSession();
		session.close();
		for (SnapshotResult result : List.of(session.tryResolve(SnapshotRequest.require(BTC)),
				session.tryRevalidate(SnapshotRequest.require(BTC)))) {
			assertThat(result).isInstanceOf(SnapshotResult.Rejected.class);
			assertThat(result.snapshot()).isEmpty();
			assertThat(result.reasons()).extracting(SnapshotResult.Reason::wireName)
				.containsExactly("SessionClosedException");
		}
	}

	@Test
	void aStageThatHasChangedTheSessionCannotBeCancelledAnyMore() {
		AtomicReference<CompletableFuture<Snapshot>> stage = new AtomicReference<>();
		AtomicBoolean cancelled = new AtomicBoolean();
		SnapshotBuilder builder = start(steps().source(prices()).buildListener((snapshot, lacking) -> {
			if (stage.get() != null) {
				cancelled.set(stage.get().cancel(true));
			}
		}));
		try (SnapshotSession session = builder.openSession()) {
			resolve(session, BTC);
			stage.set(session.revalidateAsync(SnapshotRequest.require(BTC).bypassCache()));
			assertThat(arrived(stage.get()).get(BTC)).isEqualTo(2);
			assertThat(cancelled).isFalse();
			assertThat(session.snapshot().get(BTC)).isEqualTo(2);
		}
	}

	@Test
	void whatAPolicyOfTheApplicationThrowsIsARejectionWhateverItIs() {
		AtomicBoolean broken = new AtomicBoolean();
		SnapshotBuilder builder = start(onThreads().freshness((policies) -> policies.with((key) -> {
			if (broken.get()) {
				throw new IllegalArgumentException("no policy");
			}
			return null;
		})).source(prices()));
		try (SnapshotSession session = builder.openSession()) {
			session.resolve(ETH);
			builder.build(BTC);
			this.time.advance(seconds(2));
			broken.set(true);
			for (SnapshotResult result : List.of(session.tryResolve(SnapshotRequest.require(BTC)),
					session.tryRevalidate(SnapshotRequest.require(ETH)))) {
				assertThat(result).isInstanceOf(SnapshotResult.Rejected.class);
				assertThat(result.reasons()).extracting(SnapshotResult.Reason::wireName)
					.containsExactly("IllegalArgumentException");
			}
			assertThatIllegalArgumentException().isThrownBy(() -> session.tryRevalidate(SnapshotRequest.require(ALICE)))
				.withMessageContaining(ALICE.toString());
		}
	}

	@Test
	void whatIsDerivedFromManyLayersIsPinnedInOnePass() {
		int layers = 40;
		Source layered = Source.derived("layers", MEAN, (key) -> {
			int below = Integer.parseInt(key.subject().substring(1)) - 1;
			return (below < 0) ? List.of(BTC) : List.of(MEAN.key("a" + below), MEAN.key("b" + below));
		}, (key, values) -> 1).build();
		SnapshotBuilder builder = start(Freshness.forever(), prices(), layered);
		try (SnapshotSession session = builder.openSession()) {
			assertThat(resolve(session, MEAN.key("a" + layers)).values()).hasSize(1);
			assertThat(session.snapshot().staleKeys()).isEmpty();
		}
	}

	@Test
	void whoeverLooksAtASessionHasCopiesOfItsOwn() {
		ResourceKey<List<String>> key = ORDERS.key("alice");
		List<Snapshot> heard = new ArrayList<>();
		SnapshotBuilder builder = start(steps().defaultFreshness(Freshness.forever())
			.buildListener((snapshot, lacking) -> heard.add(snapshot)));
		builder.publisher().publish(key, new ArrayList<>(List.of("a")), "feed");
		try (SnapshotSession session = builder.openSession()) {
			resolve(session, key).get(key).add("b");
			heard.forEach((snapshot) -> snapshot.get(key).add("c"));
			session.snapshot().get(key).add("d");
			assertThat(session.snapshot().get(key)).containsExactly("a");
			assertThat(session.snapshot().id()).isEqualTo(session.id());
		}
		Snapshot cold = build(builder, SnapshotRequest.require(key).optional(BTC));
		heard.getLast().get(key).add("e");
		assertThat(cold.get(key)).containsExactly("a");
		assertThat(heard.getLast().id()).isEqualTo(cold.id());
	}

	@Test
	void aClosedBuilderRefusesStages() {
		SnapshotBuilder builder = builder();
		SnapshotSession session = builder.openSession();
		builder.close();
		assertThatIllegalStateException().isThrownBy(() -> session.resolve(BTC));
		assertThatIllegalStateException().isThrownBy(builder::openSession);
		session.close();
	}

	@Test
	void whatASessionIsOpenedWithIsChecked() {
		assertThatIllegalArgumentException().isThrownBy(() -> SessionOptions.DEFAULT.deadline(seconds(0)))
			.withMessage("deadline: PT0S (expected: more than zero)");
		assertThatIllegalArgumentException().isThrownBy(() -> SessionOptions.DEFAULT.snapshotId(" "))
			.withMessageContaining("snapshotId");
	}

}
