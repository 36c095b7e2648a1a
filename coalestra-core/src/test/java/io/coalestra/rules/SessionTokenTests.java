package io.coalestra.rules;

import java.util.List;

import io.coalestra.cache.SessionToken;
import io.coalestra.failure.ResourceFailure;
import io.coalestra.fixtures.Script;
import io.coalestra.fixtures.SharedTierFixture;
import io.coalestra.fixtures.Types;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.snapshot.SessionOptions;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.snapshot.SnapshotSession;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What somebody has written or seen on one node is not followed by anything older on
 * another, whatever that one has heard.
 */
class SessionTokenTests extends SharedTierFixture {

	private static SnapshotRequest asking(SessionToken token) {
		return SnapshotRequest.require(BTC).notOlderThan(token);
	}

	private SessionToken published(SnapshotBuilder builder, int value) {
		return builder.publisher().publish(ResourceUpdate.of(BTC, value, "feed")).token();
	}

	@Test
	void whatWasPublishedOnOneNodeIsTakenFromTheTierThoughTheNoticeWasLost() {
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = his(MINUTE);
		build(his, BTC);
		pass(seconds(1));
		this.herTier.loseMessages();
		SessionToken token = published(her, 42);
		assertThat(build(his, BTC).get(BTC)).as("without the token").isEqualTo(2);
		assertThat(build(his, asking(token)).get(BTC)).isEqualTo(42);
		assertThat(this.his.calls()).isOne();
		assertThat(build(his, BTC).get(BTC)).as("from then on").isEqualTo(42);
	}

	@Test
	void whatTheTierHasNotTakenIsReadFromTheSource() {
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = his(MINUTE);
		build(her, BTC);
		build(his, BTC);
		pass(seconds(1));
		this.herTier.fail();
		SessionToken token = published(her, 42);
		assertThat(build(his, BTC).get(BTC)).as("without the token").isEqualTo(1);
		assertThat(build(his, asking(token)).get(BTC)).as("not the tier's older one").isEqualTo(2);
		this.herTier.heal();
		beats(4);
	}

	@Test
	void whatIsYoungEnoughIsAnsweredFromTheCache() {
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = his(MINUTE);
		SessionToken token = published(her, 42);
		assertThat(build(his, asking(token)).get(BTC)).isEqualTo(42);
		int before = this.hisTier.reads();
		assertThat(build(his, asking(token)).value(BTC).fromCache()).isTrue();
		assertThat(this.hisTier.reads()).isEqualTo(before);
	}

	@Test
	void aSourceThatLagsBehindTheTokenIsAFailureOfTheKey() {
		var old = this.time.now();
		SnapshotBuilder his = settled(start(node(this.hisTier,
				new Script<Integer>().then((key, context) -> Payload.of(2).observedAt(old)), MINUTE)));
		SessionToken token = SessionToken.notBefore(BTC, this.time.now());
		Snapshot snapshot = build(his, SnapshotRequest.prefer(BTC, ETH).notOlderThan(token));
		assertThat(snapshot.find(BTC)).isEmpty();
		assertThat(snapshot.errorFor(BTC)).map(ResourceFailure::message)
			.hasValueSatisfying((message) -> assertThat(message).contains("older than what the request's token names"));
		assertThat(snapshot.get(ETH)).as("which the token does not name").isEqualTo(2);
	}

	@Test
	void aClockThatIsAheadOrATokenThatWasMadeUpAsksForNothingBeyondTheRequest() {
		SnapshotBuilder his = his(MINUTE);
		SessionToken token = SessionToken.notBefore(BTC, this.time.now().plusSeconds(3_600));
		assertThat(build(his, asking(token)).get(BTC)).isEqualTo(2);
	}

	@Test
	void derivedValuesAreDerivedFromInputsThatAreNotOlder() {
		Source total = Source
			.derived("total", Types.TOTAL, (key) -> List.of(BTC, ETH),
					(key, values) -> values.get(BTC) + values.get(ETH))
			.build();
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = settled(start(node(this.hisTier, this.his, MINUTE).source(total)));
		build(his, Types.TOTAL.key());
		pass(seconds(1));
		this.herTier.loseMessages();
		SessionToken token = published(her, 42);
		SnapshotRequest request = SnapshotRequest.require(Types.TOTAL.key());
		assertThat(build(his, request).get(Types.TOTAL.key())).as("without the token").isEqualTo(4);
		assertThat(build(his, request.notOlderThan(token)).get(Types.TOTAL.key())).isEqualTo(44);
	}

	@Test
	void whatOneNodeHasShownIsNotFollowedByAnythingOlderOnAnother() {
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = his(MINUTE);
		build(his, BTC);
		pass(seconds(1));
		this.herTier.loseMessages();
		published(her, 42);
		SessionToken token = SessionToken.parse(build(her, BTC).token().text());
		assertThat(build(his, asking(token)).get(BTC)).isEqualTo(42);
	}

	@Test
	void aSessionAsksInEveryStage() {
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = his(MINUTE);
		build(his, BTC);
		pass(seconds(1));
		this.herTier.loseMessages();
		SessionToken token = published(her, 42);
		try (SnapshotSession session = his.openSession(SessionOptions.DEFAULT.notOlderThan(token))) {
			assertThat(arrived(session.resolveAsync(SnapshotRequest.require(BTC))).get(BTC)).isEqualTo(42);
			assertThat(session.snapshot().token().keys()).containsExactly(BTC);
		}
	}

	@Test
	void withoutATierATokenDropsWhatIsOlder() {
		SnapshotBuilder alone = start(MINUTE,
				Source.single("rest", Types.PRICE, new Script<Integer>().answer(1).answer(2)).nonBlocking().build());
		build(alone, BTC);
		pass(seconds(1));
		SessionToken token = SessionToken.notBefore(BTC, this.time.now());
		assertThat(build(alone, asking(token)).get(BTC)).isEqualTo(2);
		assertThat(build(alone, asking(token)).value(BTC).fromCache()).isTrue();
	}

	@Test
	void aTokenTravelsAsText() {
		SessionToken token = SessionToken.of(BTC, 7, 123_456_789L).and(SessionToken.notBefore(ETH, this.time.now()));
		SessionToken read = SessionToken.parse(token.text());
		assertThat(read).isEqualTo(token);
		assertThat(token.text()).matches("[A-Za-z0-9_-]+");
		assertThat(read.rank(BTC)).isEqualTo(7);
		assertThat(read.observedAt(BTC)).isEqualTo(123_456_789L);
		assertThat(SessionToken.parse(SessionToken.NONE.text())).isEqualTo(SessionToken.NONE);
	}

	@Test
	void whatIsNoTokenIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> SessionToken.parse("%%%"));
		assertThatIllegalArgumentException().isThrownBy(() -> SessionToken.parse("AQAA"));
		assertThatIllegalArgumentException().isThrownBy(() -> SessionToken.parse("AgAAAAA"));
	}

	@Test
	void oneTokenAsksForWhatBothDo() {
		SessionToken older = SessionToken.of(BTC, 7, 100);
		SessionToken newer = SessionToken.of(BTC, 3, 200);
		assertThat(older.and(newer)).isEqualTo(newer.and(older)).isEqualTo(SessionToken.of(BTC, 7, 200));
	}

}
