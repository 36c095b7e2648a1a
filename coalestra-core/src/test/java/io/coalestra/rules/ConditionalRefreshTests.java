package io.coalestra.rules;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.failure.FailureReason;
import io.coalestra.failure.SourceFailure;
import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Script;
import io.coalestra.key.ResourceKey;
import io.coalestra.policy.Freshness;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.snapshot.SnapshotValue;
import io.coalestra.source.FetchContext;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.ACCOUNT;
import static io.coalestra.fixtures.Types.ALICE;
import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.PRICE;
import static io.coalestra.fixtures.Types.TOTAL;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A source that says <em>not modified</em> renews what it gave before.
 */
class ConditionalRefreshTests extends EngineFixture {

	private static final Freshness SECOND = Freshness.ttl(seconds(1)).maxStale(seconds(60));

	private static final ResourceKey<Integer> LENGTH = TOTAL.key("length");

	private static Payload<String> conditional(ResourceKey<String> key, FetchContext context) {
		return context.knownVersion(key).filter("e1"::equals).isPresent() ? Payload.notModified()
				: Payload.of(new String("Alice")).version("e1");
	}

	private final Script<String> server = new Script<>();

	private Source accounts() {
		this.server.then((key, context) -> conditional(key, context));
		return Source.single("ledger", ACCOUNT, this.server).nonBlocking().build();
	}

	@Test
	void aRenewedValueIsTheSameObjectWithTheSameVersionAndANewTime() {
		SnapshotBuilder builder = start(SECOND, accounts());
		SnapshotValue<String> first = build(builder, ALICE).value(ALICE);
		pass(seconds(2));
		SnapshotValue<String> second = build(builder, ALICE).value(ALICE);
		assertThat(this.server.calls()).isEqualTo(2);
		assertThat(second.value()).isSameAs(first.value());
		assertThat(second.version()).isEqualTo(first.version());
		assertThat(second.version().sourceVersion()).isEqualTo("e1");
		assertThat(second.observedAt()).isEqualTo(this.time.now());
		assertThat(second.stale()).isFalse();
		pass(seconds(1));
		assertThat(build(builder, ALICE).value(ALICE).fromCache()).isTrue();
	}

	@Test
	void whatWasComputedFromARenewedValueIsNotComputedAgain() {
		AtomicInteger derivations = new AtomicInteger();
		SnapshotBuilder builder = start(steps().sources(List.of(accounts(), length(derivations)))
			.freshness((policies) -> policies.orElse(SECOND).with(LENGTH, Freshness.ttl(seconds(60)))));
		build(builder, LENGTH);
		pass(seconds(2));
		build(builder, ALICE);
		assertThat(build(builder, LENGTH).value(LENGTH).fromCache()).isTrue();
		assertThat(derivations).hasValue(1);
	}

	@Test
	void aValuePastItsOwnLifeStandsWhenItsInputsAreConfirmed() {
		AtomicInteger derivations = new AtomicInteger();
		SnapshotBuilder builder = start(SECOND, accounts(), length(derivations));
		SnapshotValue<Integer> first = build(builder, LENGTH).value(LENGTH);
		pass(seconds(2));
		Snapshot later = build(builder, LENGTH);
		assertThat(this.server.calls()).isEqualTo(2);
		assertThat(derivations).hasValue(1);
		assertThat(later.value(LENGTH).version()).isEqualTo(first.version());
		assertThat(later.value(LENGTH).observedAt()).isEqualTo(this.time.now());
		assertThat(later.staleKeys()).isEmpty();
		assertThat(later.explain(LENGTH).toString()).contains("its inputs were confirmed unchanged");
		pass(seconds(1));
		assertThat(build(builder, LENGTH).value(LENGTH).fromCache()).isTrue();
	}

	@Test
	void aValueOfShorterLifeThanItsInputsIsComputedAgain() {
		AtomicInteger derivations = new AtomicInteger();
		SnapshotBuilder builder = start(steps().sources(List.of(accounts(), length(derivations)))
			.freshness((policies) -> policies.orElse(Freshness.ttl(seconds(60))).with(LENGTH, SECOND)));
		build(builder, LENGTH);
		pass(seconds(2));
		build(builder, LENGTH);
		assertThat(this.server.calls()).isEqualTo(1);
		assertThat(derivations).hasValue(2);
	}

	@Test
	void aValueIsComputedAgainWhenAnInputHasChanged() {
		AtomicInteger derivations = new AtomicInteger();
		SnapshotBuilder builder = start(SECOND, accounts(), length(derivations));
		build(builder, LENGTH);
		pass(seconds(2));
		builder.publisher().publish(ALICE, "Alice Liddell", "feed");
		assertThat(build(builder, LENGTH).get(LENGTH)).isEqualTo(13);
		assertThat(derivations).hasValue(2);
	}

	private static Source length(AtomicInteger derivations) {
		return Source.derived("length", TOTAL, (key) -> List.of(ALICE), (key, values) -> {
			derivations.incrementAndGet();
			return values.get(ALICE).length();
		}).build();
	}

	@Test
	void aBatchIsHandedAVersionForEachKey() {
		Script<Integer> batch = new Script<Integer>().then((key, context) -> Payload.of(1).version(key.subject()))
			.then((key, context) -> context.knownVersion(key).isPresent() ? Payload.notModified() : Payload.of(2));
		SnapshotBuilder builder = start(SECOND, Source.batch("rest", PRICE, batch).nonBlocking().build());
		build(builder, BTC);
		pass(seconds(2));
		Snapshot snapshot = build(builder, BTC, PRICE.key("ETH"));
		assertThat(snapshot.get(BTC)).isEqualTo(1);
		assertThat(snapshot.get(PRICE.key("ETH"))).isEqualTo(2);
	}

	@Test
	void aSourceIsHandedOnlyItsOwnVersion() {
		Script<String> other = new Script<String>().answer("Bob");
		SnapshotBuilder builder = start(SECOND, accounts(),
				Source.single("mirror", ACCOUNT, other).nonBlocking().priority(9).build());
		builder.publisher().publish(ALICE, "Alice", "feed");
		pass(seconds(2));
		build(builder, ALICE);
		assertThat(other.contextOf(0).knownVersion(ALICE)).isEmpty();
	}

	@Test
	void notModifiedFromASourceThatGaveNothingBreaksTheContract() {
		Script<Integer> confused = new Script<Integer>().answer(Payload.notModified());
		SnapshotBuilder builder = start(SECOND, Source.single("rest", PRICE, confused).nonBlocking().build());
		List<SourceFailure> failures = attempt(builder, BTC).errorFor(BTC).orElseThrow().sources();
		assertThat(failures).extracting(SourceFailure::reason).containsExactly(FailureReason.PROTOCOL);
	}

	@Test
	void whatWasInvalidatedByItsTagIsNotConfirmedAnyMore() {
		Script<Integer> script = new Script<Integer>().answer(Payload.of(1).version("v1").tags("day"))
			.then((key, context) -> context.knownVersion(key).isPresent() ? Payload.notModified() : Payload.of(2));
		SnapshotBuilder builder = start(SECOND, Source.single("rest", PRICE, script).nonBlocking().build());
		build(builder, BTC);
		builder.publisher().invalidateTag("day");
		assertThat(build(builder, SnapshotRequest.require(BTC).bypassCache()).get(BTC)).isEqualTo(2);
	}

	@Test
	void aValueThatLeftTheCacheWhileItsSourceConfirmedItStillAnswers() {
		SnapshotBuilder[] builder = new SnapshotBuilder[1];
		Script<Integer> script = new Script<Integer>().answer(Payload.of(1).version("v1")).then((key, context) -> {
			assertThat(context.knownVersion(key)).contains("v1");
			builder[0].publisher().invalidate(BTC);
			return Payload.notModified();
		});
		builder[0] = start(SECOND, Source.single("rest", PRICE, script).nonBlocking().build());
		build(builder[0], BTC);
		pass(seconds(2));
		assertThat(build(builder[0], BTC).get(BTC)).isEqualTo(1);
		assertThat(builder[0].health().cache().size()).as("invalidated is invalidated").isZero();
	}

	@Test
	void anEventThatCameWhileASourceConfirmedItsOldValueWins() {
		SnapshotBuilder[] builder = new SnapshotBuilder[1];
		Script<Integer> script = new Script<Integer>().answer(Payload.of(1).version("v1")).then((key, context) -> {
			assertThat(context.knownVersion(key)).contains("v1");
			this.time.advance(millis(1));
			builder[0].publisher().publish(BTC, 7, "feed");
			return Payload.notModified();
		});
		builder[0] = start(SECOND, Source.single("rest", PRICE, script).nonBlocking().build());
		build(builder[0], BTC);
		pass(seconds(2));
		Snapshot snapshot = build(builder[0], BTC);
		assertThat(snapshot.get(BTC)).isEqualTo(7);
		assertThat(this.events.of(io.coalestra.signal.EventType.SOURCE_FAILED)).isEmpty();
	}

	@Test
	void aRenewedValueKeepsItsTagsItsMetadataAndItsOwnTimeToLive() {
		Script<Integer> script = new Script<Integer>()
			.answer(Payload.of(1).version("v1").tags("day").metadata("host", "a").freshFor(seconds(10)))
			.answer(Payload.notModified())
			.answer(2);
		SnapshotBuilder builder = start(SECOND, Source.single("rest", PRICE, script).nonBlocking().build());
		build(builder, BTC);
		pass(seconds(11));
		assertThat(build(builder, BTC).value(BTC).metadata()).containsEntry("host", "a");
		pass(seconds(10));
		assertThat(build(builder, BTC).value(BTC).fromCache()).isTrue();
		builder.publisher().invalidateTag("day");
		assertThat(build(builder, BTC).get(BTC)).isEqualTo(2);
	}

	@Test
	void anEqualPayloadKeepsTheObjectAndTheVersionToo() {
		Script<String> script = new Script<String>().then((key, context) -> Payload.of(new String("Alice")));
		SnapshotBuilder builder = start(SECOND, Source.single("ledger", ACCOUNT, script).nonBlocking().build());
		SnapshotValue<String> first = build(builder, ALICE).value(ALICE);
		pass(seconds(2));
		SnapshotValue<String> second = build(builder, ALICE).value(ALICE);
		assertThat(script.calls()).isEqualTo(2);
		assertThat(second.value()).isSameAs(first.value());
		assertThat(second.version()).isEqualTo(first.version());
	}

}
