package io.coalestra.rules;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.cache.WriteRule;
import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Script;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.KeyPolicies;
import io.coalestra.policy.SourceAuthority;
import io.coalestra.publish.PublishResult;
import io.coalestra.publish.PublishStatus;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.signal.EventType;
import io.coalestra.signal.Metric;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotValue;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static io.coalestra.fixtures.Types.ORDERS;
import static io.coalestra.fixtures.Types.PRICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * What events bring, and what it replaces.
 */
class PublishTests extends EngineFixture {

	private final Script<Integer> prices = new Script<Integer>().answer(1);

	private SnapshotBuilder ranked() {
		return start(steps().source(Source.single("rest", PRICE, this.prices).nonBlocking().build())
			.defaultFreshness(Freshness.ttl(seconds(10)).maxStale(seconds(60)))
			.authority(
					KeyPolicies.of(SourceAuthority.EQUAL.rank("exchange", 300).rank("feed", 200).rank("rest", 100))));
	}

	private static PublishStatus publish(SnapshotBuilder builder, int value, String source, Instant observedAt) {
		return builder.publisher().publish(BTC, value, source, observedAt).status();
	}

	@Test
	void anEventAnswersTheNextBuildWithoutAnySource() {
		SnapshotBuilder builder = start();
		PublishResult result = builder.publisher().publish(BTC, 7, "feed");
		SnapshotValue<Integer> value = build(builder, BTC).value(BTC);
		assertThat(result.isPublished()).isTrue();
		assertThat(value.value()).isEqualTo(7);
		assertThat(value.source()).isEqualTo("feed");
		assertThat(value.attempts()).isZero();
		assertThat(value.metadata()).containsEntry("published", true);
		assertThat(value.version()).isEqualTo(result.version());
		assertThat(this.metrics.sum(Metric.RESOURCE_PUBLISH, "published", "feed", "market", "price")).isEqualTo(1);
	}

	@Test
	void aHigherRankReplacesAlsoWhatIsNewer() {
		SnapshotBuilder builder = ranked();
		publish(builder, 1, "feed", this.time.now());
		assertThat(publish(builder, 2, "exchange", this.time.now().minusSeconds(5))).isEqualTo(PublishStatus.PUBLISHED);
		assertThat(build(builder, BTC).get(BTC)).isEqualTo(2);
		assertThat(build(builder, BTC).value(BTC).authorityRank()).isEqualTo(300);
	}

	@Test
	void aLowerRankReplacesNothing() {
		SnapshotBuilder builder = ranked();
		publish(builder, 1, "exchange", this.time.now().minusSeconds(5));
		PublishResult refused = builder.publisher().publish(BTC, 2, "feed");
		assertThat(refused.status()).isEqualTo(PublishStatus.IGNORED_LOWER_AUTHORITY);
		assertThat(refused.version()).isEqualTo(refused.previousVersion());
		assertThat(build(builder, BTC).get(BTC)).isEqualTo(1);
		assertThat(this.events.only(EventType.RESOURCE_PUBLISH_IGNORED).fields()).containsEntry("status",
				"ignored_lower_authority");
	}

	@Test
	void ofEqualRankTheLaterObservationStays() {
		SnapshotBuilder builder = ranked();
		Instant now = this.time.now();
		assertThat(publish(builder, 1, "feed", now)).isEqualTo(PublishStatus.PUBLISHED);
		assertThat(publish(builder, 2, "feed", now.minusNanos(1))).isEqualTo(PublishStatus.IGNORED_OLDER);
		assertThat(publish(builder, 3, "feed", now)).isEqualTo(PublishStatus.IGNORED_DUPLICATE);
		assertThat(publish(builder, 4, "feed", now.plusNanos(1))).isEqualTo(PublishStatus.PUBLISHED);
	}

	@Test
	void equalTimesMayBeDeclaredToReplaceAndForceReplacesAnything() {
		SnapshotBuilder builder = ranked();
		Instant now = this.time.now();
		publish(builder, 1, "exchange", now);
		List<ResourceUpdate<Integer>> same = List.of(ResourceUpdate.of(BTC, 2, "exchange").observedAt(now));
		assertThat(builder.publisher().publishAll(same, WriteRule.REPLACE_EQUAL).getFirst().isPublished()).isTrue();
		List<ResourceUpdate<Integer>> lower = List
			.of(ResourceUpdate.of(BTC, 3, "feed").observedAt(now.minusSeconds(9)));
		assertThat(builder.publisher().publishAll(lower, WriteRule.FORCE).getFirst().isPublished()).isTrue();
		assertThat(build(builder, BTC).get(BTC)).isEqualTo(3);
	}

	@Test
	void twoUndatedEventsOfTheSameTickAreBothTaken() {
		SnapshotBuilder builder = start();
		builder.publisher().publish(BTC, 1, "feed");
		assertThat(builder.publisher().publish(BTC, 2, "feed").isPublished()).isTrue();
		assertThat(build(builder, BTC).get(BTC)).isEqualTo(2);
	}

	@Test
	void ofSeveralUpdatesOfAKeyTheStrongestCountsAndOfEqualsTheLast() {
		SnapshotBuilder builder = ranked();
		Instant now = this.time.now();
		List<PublishResult> results = builder.publisher()
			.publishAll(List.of(ResourceUpdate.of(BTC, 1, "feed").observedAt(now),
					ResourceUpdate.of(BTC, 2, "exchange").observedAt(now.minusSeconds(1)),
					ResourceUpdate.of(BTC, 3, "exchange").observedAt(now.minusSeconds(1)),
					ResourceUpdate.of(BTC, 4, "exchange").observedAt(now.minusSeconds(2)),
					ResourceUpdate.of(ETH, 5, "feed")));
		assertThat(results).extracting(PublishResult::key).isEqualTo(List.of(BTC, ETH));
		assertThat(build(builder, BTC).get(BTC)).isEqualTo(3);
	}

	@Test
	void oneBadUpdateFailsTheWholeCallAndNothingIsWritten() {
		SnapshotBuilder builder = start();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> builder.publisher()
				.publishAll(List.of(ResourceUpdate.of(BTC, 1, "feed"),
						ResourceUpdate.of(ETH, 2, "feed").observedAt(this.time.now().plusSeconds(2)))))
			.withMessageContaining("observedAt of market:price:ETH");
		assertThat(builder.health().cache().size()).isZero();
		assertThat(builder.publisher().publishAll(List.of())).isEmpty();
	}

	@Test
	void aPolicyThatFailsForOneOfThemLeavesNothingWrittenAndWhatWasThereInItsPlace() {
		SnapshotBuilder builder = start(steps().freshness(KeyPolicies.of(Freshness.forever()).with((key) -> {
			if (key.equals(ETH)) {
				throw new IllegalStateException("no policy");
			}
			return null;
		})));
		builder.publisher().publish(BTC, 1, "feed");
		assertThatIllegalStateException()
			.isThrownBy(() -> builder.publisher()
				.publishAll(List.of(ResourceUpdate.of(BTC, 2, "feed"), ResourceUpdate.of(ETH, 3, "feed"))))
			.withMessage("no policy");
		assertThat(build(builder, BTC).get(BTC)).isEqualTo(1);
	}

	@Test
	void aPolicyThatFailsOnceAnEventWasIgnoredDoesNotMakeItFail() {
		AtomicInteger asked = new AtomicInteger();
		SnapshotBuilder builder = start(
				steps().authority(KeyPolicies.of(SourceAuthority.EQUAL.rank("exchange", 300)).with((key) -> {
					if (asked.incrementAndGet() > 3) {
						throw new IllegalStateException("no policy");
					}
					return null;
				})));
		builder.publisher().publish(BTC, 1, "exchange");
		asked.set(2);
		assertThat(publish(builder, 2, "feed", this.time.now())).isEqualTo(PublishStatus.IGNORED_LOWER_AUTHORITY);
		assertThat(this.events.only(EventType.RESOURCE_PUBLISH_IGNORED).fields())
			.containsEntry("candidate_authority_rank", 0)
			.containsEntry("cached_authority_rank", 300);
	}

	@Test
	@SuppressWarnings("unchecked") // as where the types were lost on the way
	void aValueOfAnotherTypeIsRefusedByItsKeysName() {
		SnapshotBuilder builder = start();
		ResourceKey<Object> raw = (ResourceKey<Object>) (ResourceKey<?>) BTC;
		assertThatIllegalArgumentException().isThrownBy(() -> builder.publisher().publish(raw, "seven", "feed"))
			.withMessage("value of market:price:BTC: a java.lang.String (expected: a java.lang.Integer)");
		assertThat(builder.health().cache().size()).isZero();
	}

	@Test
	void anEntryOfTheMetadataThatIsNullIsRefusedByItsName() {
		ResourceUpdate<Integer> update = ResourceUpdate.of(BTC, 1, "feed");
		assertThatNullPointerException().isThrownBy(() -> update.metadata("user", null))
			.withMessage("metadata \"user\"");
	}

	@Test
	void aSlowReadWithoutATimeNeverOverwritesAnEventThatCameMeanwhile() {
		SnapshotBuilder[] builder = new SnapshotBuilder[1];
		Script<Integer> slow = new Script<Integer>().then((key, context) -> {
			this.time.advance(millis(100));
			builder[0].publisher().publish(BTC, 7, "feed");
			this.time.advance(millis(100));
			return Payload.of(1);
		});
		builder[0] = start(Source.single("rest", PRICE, slow).nonBlocking().build());
		Snapshot snapshot = build(builder[0], BTC);
		assertThat(snapshot.get(BTC)).isEqualTo(7);
		assertThat(snapshot.value(BTC).fromCache()).isTrue();
		assertThat(snapshot.value(BTC).metadata()).containsEntry("superseded_source", "rest");
		assertThat(build(builder[0], BTC).get(BTC)).isEqualTo(7);
	}

	@Test
	void anEventThatArrivesAsAReadBeginsIsNotOverwrittenEither() {
		SnapshotBuilder builder = start(Source.single("rest", PRICE, this.prices).nonBlocking().build());
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC);
		builder.publisher().publish(BTC, 7, "feed");
		assertThat(arrived(build).get(BTC)).isEqualTo(7);
	}

	@Test
	void aReadOfLowerRankYieldsToTheEventThatCameMeanwhile() {
		SnapshotBuilder builder = ranked();
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC);
		publish(builder, 7, "exchange", this.time.now().minusSeconds(3));
		Snapshot snapshot = arrived(build);
		assertThat(snapshot.get(BTC)).isEqualTo(7);
		assertThat(snapshot.value(BTC).authorityRank()).isEqualTo(300);
		assertThat(snapshot.value(BTC).latency()).isZero();
	}

	@Test
	void aWinnerBeyondItsTimeToLiveDoesNotSuppressAFreshAnswer() {
		SnapshotBuilder builder = ranked();
		publish(builder, 7, "exchange", this.time.now());
		pass(seconds(11));
		Snapshot snapshot = build(builder, BTC);
		assertThat(snapshot.get(BTC)).as("the fresh answer of the lower rank").isEqualTo(1);
		assertThat(snapshot.value(BTC).stale()).isFalse();
		this.prices.fail(new IllegalStateException("down"));
		build(builder, BTC);
		Snapshot fallback = build(builder, BTC);
		assertThat(fallback.get(BTC)).as("the cache kept the higher rank").isEqualTo(7);
		assertThat(fallback.value(BTC).stale()).isTrue();
	}

	@Test
	void anEventPublishedWithItsOwnAgeIsStaleAtOnce() {
		SnapshotBuilder builder = ranked();
		publish(builder, 7, "feed", this.time.now().minusSeconds(11));
		assertThat(build(builder, BTC).get(BTC)).isEqualTo(1);
	}

	@Test
	void anEventFromTheBeginningOfTimeIsOldAndNotFreshForEver() {
		SnapshotBuilder builder = ranked();
		publish(builder, 7, "feed", Instant.MIN);
		assertThat(build(builder, BTC).get(BTC)).isEqualTo(1);
	}

	@Test
	void anEventFromTheBeginningOfTimeIsNotFromTheFuture() {
		SnapshotBuilder builder = start(Freshness.forever());
		publish(builder, 7, "feed", Instant.MIN);
		assertThat(build(builder, BTC).value(BTC).metadata()).containsOnlyKeys("published");
		assertThat(build(builder, BTC).value(BTC).age()).isGreaterThan(Duration.ofDays(100 * 365));
	}

	@Test
	void whatWasPublishedIsIsolatedFromItsPublisher() {
		ResourceKey<List<String>> key = ORDERS.key("alice");
		List<String> own = new ArrayList<>(List.of("a"));
		SnapshotBuilder builder = start();
		builder.publisher().publish(key, own, "feed");
		own.add("b");
		assertThat(build(builder, key).get(key)).containsExactly("a");
	}

	@Test
	void anUnchangedPayloadKeepsItsVersionAndAChangedOneGetsAGreater() {
		SnapshotBuilder builder = start();
		PublishResult first = builder.publisher().publish(BTC, 7, "feed");
		pass(millis(1));
		PublishResult same = builder.publisher().publish(BTC, 7, "feed");
		pass(millis(1));
		PublishResult other = builder.publisher().publish(BTC, 8, "feed");
		assertThat(same.version()).isEqualTo(first.version());
		assertThat(other.version()).isGreaterThan(first.version());
		assertThat(other.previousVersion()).isEqualTo(first.version());
		assertThat(build(builder, BTC).value(BTC).observedAt()).isEqualTo(this.time.now());
	}

	@Test
	void anAddressOfTheNetworkIsNotComparedWithWhatIsCached() throws IOException {
		ResourceKey<URL> key = ResourceType.of("test", "address", URL.class).key();
		AtomicInteger asked = new AtomicInteger();
		SnapshotBuilder builder = start();
		for (int i = 0; i < 2; i++) {
			URL address = URL.of(URI.create("test://host/path"), new AskingHandler(asked));
			builder.publisher().publish(key, address, "feed");
			assertThat(build(builder, key).get(key)).isSameAs(address);
			this.time.advance(millis(1));
		}
		assertThat(asked).hasValue(0);
	}

	/**
	 * Is asked where an address is compared with another, as the system's own asks the
	 * network.
	 */
	private static final class AskingHandler extends URLStreamHandler {

		private final AtomicInteger asked;

		private AskingHandler(AtomicInteger asked) {
			this.asked = asked;
		}

		@Override
		protected URLConnection openConnection(URL address) throws IOException {
			throw new IOException("not to be opened");
		}

		@Override
		protected boolean equals(URL one, URL other) {
			this.asked.incrementAndGet();
			return super.equals(one, other);
		}

		@Override
		protected int hashCode(URL address) {
			this.asked.incrementAndGet();
			return 0;
		}

	}

	@Test
	void publishersHaveNames() {
		assertThatIllegalArgumentException().isThrownBy(() -> ResourceUpdate.of(BTC, 1, " "))
			.withMessageContaining("source");
	}

	@Test
	void anEventDuringABuildDoesNotChangeWhatItsSnapshotHolds() {
		SnapshotBuilder builder = start();
		builder.publisher().publish(BTC, 1, "feed");
		Snapshot snapshot = build(builder, BTC);
		builder.publisher().publish(BTC, 2, "feed");
		assertThat(snapshot.get(BTC)).isEqualTo(1);
		assertThat(snapshot.value(BTC).value()).isEqualTo(1);
	}

}
