package io.coalestra.rules;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.coalestra.Coalestra;
import io.coalestra.cache.SnapshotCache;
import io.coalestra.concurrency.Waiting;
import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Gate;
import io.coalestra.fixtures.Script;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.KeyPolicies;
import io.coalestra.policy.SourceAuthority;
import io.coalestra.publish.PublishResult;
import io.coalestra.publish.PublishStatus;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.publish.StandalonePublisher;
import io.coalestra.publish.SubmissionSettings;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static io.coalestra.fixtures.Types.PRICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * A publisher on its own, and the builder that may share its cache.
 */
class StandalonePublisherTests extends EngineFixture {

	private static final KeyPolicies<SourceAuthority> RANKS = KeyPolicies
		.of(SourceAuthority.EQUAL.rank("exchange", 300).rank("feed", 200).rank("rest", 100));

	private final SnapshotCache cache = SnapshotCache.bounded(100);

	private final Script<Integer> prices = new Script<Integer>().answer(1);

	private StandalonePublisher publisher() {
		return steps().name("feeds").cache(this.cache).authority(RANKS).buildPublisher();
	}

	private SnapshotBuilder reader() {
		return start(steps().name("reader")
			.cache(this.cache)
			.authority(RANKS)
			.defaultFreshness(Freshness.ttl(seconds(10)).maxStale(seconds(60)))
			.source(Source.single("rest", PRICE, this.prices).nonBlocking().build()));
	}

	@Test
	void itPublishesWithoutAnyBuilder() {
		StandalonePublisher publisher = publisher();
		PublishResult first = publisher.publish(BTC, 1, "feed");
		PublishResult second = publisher.publish(BTC, 2, "rest");
		assertThat(first.isPublished()).isTrue();
		assertThat(second.status()).isEqualTo(PublishStatus.IGNORED_LOWER_AUTHORITY);
		assertThat(first.version().origin()).isEqualTo("feeds");
		assertThat(this.cache.size()).isEqualTo(1);
		assertThat(publisher.invalidate(BTC)).isTrue();
		assertThat(this.cache.size()).isZero();
	}

	@Test
	void theBuilderOverTheSameCacheSeesWhatIsPublishedByItsOwnFreshness() {
		SnapshotBuilder builder = reader();
		publisher().publish(BTC, 7, "feed");
		assertThat(build(builder, BTC).get(BTC)).isEqualTo(7);
		assertThat(build(builder, BTC).value(BTC).authorityRank()).isEqualTo(200);
		pass(seconds(10));
		assertThat(build(builder, BTC).get(BTC)).as("fresh by the builder's policy, its end included").isEqualTo(7);
		pass(millis(1));
		assertThat(build(builder, BTC).get(BTC)).as("read anew").isEqualTo(1);
	}

	@Test
	void bothDecideByTheSameRule() {
		SnapshotBuilder builder = reader();
		StandalonePublisher publisher = publisher();
		publisher.publish(BTC, 7, "exchange");
		assertThat(builder.publisher().publish(BTC, 8, "feed").status())
			.isEqualTo(PublishStatus.IGNORED_LOWER_AUTHORITY);
		PublishResult own = builder.publisher().publish(BTC, 9, "exchange", this.time.now().plusMillis(1));
		assertThat(own.isPublished()).isTrue();
		assertThat(publisher.publish(BTC, 10, "feed").status()).isEqualTo(PublishStatus.IGNORED_LOWER_AUTHORITY);
		PublishResult next = publisher.publish(BTC, 11, "exchange", this.time.now().plusMillis(2));
		assertThat(next.version().sequence()).as("one count of versions").isGreaterThan(own.version().sequence());
	}

	@Test
	void anEventOfItIsNotLostToAReadOfTheBuilderThatBeganBefore() {
		SnapshotBuilder builder = reader();
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC);
		publisher().publish(BTC, 7, "rest");
		assertThat(arrived(build).get(BTC)).isEqualTo(7);
	}

	@Test
	void itsInvalidationFencesTheReadsOfTheBuilder() {
		SnapshotBuilder builder = reader();
		StandalonePublisher publisher = publisher();
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC);
		publisher.invalidate(BTC);
		assertThat(arrived(build).get(BTC)).as("for those who wait").isEqualTo(1);
		assertThat(this.cache.size()).as("but not stored").isZero();
		publisher.publishAll(List.of(ResourceUpdate.of(BTC, 7, "feed"), ResourceUpdate.of(ETH, 8, "feed")));
		assertThat(build(builder, BTC, ETH).get(ETH)).isEqualTo(8);
		publisher.clear();
		assertThat(build(builder, BTC).get(BTC)).as("read anew").isEqualTo(1);
	}

	@Test
	void closedItTakesNothingMore() {
		StandalonePublisher publisher = publisher();
		CompletableFuture<PublishResult> left = publisher.submit(ResourceUpdate.of(BTC, 1, "feed"));
		this.executor.runAll();
		publisher.close();
		publisher.close();
		assertThat(publisher.isClosed()).isTrue();
		assertThat(left).isCompleted();
		assertThatIllegalStateException().isThrownBy(() -> publisher.publish(BTC, 2, "feed"))
			.withMessage("publisher: closed (expected: open)");
		assertThatIllegalStateException().isThrownBy(publisher::clear);
		assertThatIllegalStateException().isThrownBy(() -> publisher.invalidate(BTC));
		assertThat(this.cache.size()).as("the cache stays").isEqualTo(1);
	}

	@Test
	void twoMayCloseItOfWhomOneDependsOnWhatWasSubmitted() {
		StandalonePublisher publisher = Coalestra.builder()
			.cache(this.cache)
			.executor(this.executor)
			.submissions(SubmissionSettings.DEFAULT.drainLimit(Duration.ofHours(1)))
			.buildPublisher();
		Gate gate = new Gate();
		CompletableFuture<Void> first = publisher.submit(ResourceUpdate.of(BTC, 1, "feed")).thenAccept((result) -> {
			gate.passStubbornly();
			publisher.close();
		});
		CompletableFuture<PublishResult> second = publisher.submit(ResourceUpdate.of(ETH, 2, "feed"));
		Thread writing = Thread.ofVirtual().start(this.executor.takeNext());
		gate.awaitArrivals(1);
		Thread closing = Thread.ofVirtual().start(publisher::close);
		Waiting.until("closing waits", Duration.ofSeconds(30), () -> closing.getState() == Thread.State.TIMED_WAITING);
		gate.open();
		Waiting.join(closing, Duration.ofSeconds(20));
		Waiting.join(writing, Duration.ofSeconds(20));
		assertThat(first).isCompleted();
		assertThat(second.join().isPublished()).isTrue();
	}

	@Test
	void itRunsOnThreadsOfItsOwn() throws InterruptedException {
		try (StandalonePublisher publisher = Coalestra.builder().cache(this.cache).buildPublisher()) {
			CompletableFuture<PublishResult> result = publisher.submit(ResourceUpdate.of(BTC, 1, "feed"));
			assertThat(publisher.flush(Duration.ofSeconds(30))).isTrue();
			assertThat(result).isCompleted();
			assertThat(this.cache.size()).isEqualTo(1);
		}
	}

	@Test
	void itNeedsACacheAndAsksNoSource() {
		assertThatIllegalArgumentException().isThrownBy(() -> Coalestra.builder().buildPublisher())
			.withMessage("cache: none (expected: the cache to publish to)");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Coalestra.builder()
				.cache(this.cache)
				.source(Source.single("rest", PRICE, this.prices).nonBlocking().build())
				.buildPublisher())
			.withMessage("sources: [rest] (expected: none, a publisher asks none)");
	}

}
