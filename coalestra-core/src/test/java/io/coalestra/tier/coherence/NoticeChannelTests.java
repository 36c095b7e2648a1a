package io.coalestra.tier.coherence;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

import io.coalestra.tier.FaultyTier;
import io.coalestra.tier.InMemoryTier;
import io.coalestra.tier.SharedTier;
import io.coalestra.tier.TierKey;
import io.coalestra.tier.TierVersion;
import io.coalestra.time.SteerableTimeSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class NoticeChannelTests {

	private static final Duration HEARTBEAT = Duration.ofSeconds(1);

	private final SteerableTimeSource time = new SteerableTimeSource();

	private final InMemoryTier server = new InMemoryTier(this.time);

	private final FaultyTier hers = new FaultyTier(this.server);

	private final FaultyTier his = new FaultyTier(this.server);

	private final Ear her = new Ear();

	private final Ear him = new Ear();

	private final TierGate herGate = gate(this.hers);

	private final TierGate hisGate = gate(this.his);

	private final NoticeChannel she = NoticeChannel.on(this.herGate, "values").node("she").open(this.her);

	private final NoticeChannel he = NoticeChannel.on(this.hisGate, "values").node("he").open(this.him);

	private TierGate gate(SharedTier tier) {
		return TierGate.to(tier).timeSource(this.time).build();
	}

	private static TierChange change(String id, long order) {
		return new TierChange(new TierKey("price", id), new TierVersion(0, 0, order));
	}

	private void settle() {
		// Past the meeting of nodes, one heartbeat at a time.
		beats(4);
		this.her.clear();
		this.him.clear();
	}

	private void beats(int number) {
		for (int i = 0; i < number; i++) {
			this.time.advance(HEARTBEAT);
		}
	}

	@Test
	void aChangeIsToldToTheOthersAndNotToOneself() {
		settle();
		this.she.tell(change("a", 1));
		assertThat(this.him.changes).containsExactly(change("a", 1));
		assertThat(this.her.changes).isEmpty();
		assertThat(this.him.doubts).isEmpty();
		assertThat(this.he.state().counts().heard()).isOne();
		assertThat(this.she.state().counts().told()).isOne();
	}

	@Test
	void changesThatFollowSoonAreGatheredTheNewestOfAKey() {
		settle();
		this.she.tell(change("a", 1));
		this.she.tell(change("a", 2));
		this.she.tell(change("b", 5));
		this.she.tell(change("a", 4));
		this.she.tell(change("a", 3));
		assertThat(this.him.changes).containsExactly(change("a", 1));
		this.time.advance(Duration.ofMillis(3));
		assertThat(this.him.changes).containsExactly(change("a", 1), change("a", 4), change("b", 5));
		assertThat(this.him.calls).isEqualTo(2);
		assertThat(this.she.state().counts().coalesced()).isEqualTo(2);
	}

	@Test
	void aChangeOfUnknownVersionSaysMoreThanAnyOther() {
		TierChange unknown = new TierChange(new TierKey("price", "a"), null);
		assertThat(change("a", 7).with(unknown)).isEqualTo(unknown);
		assertThat(unknown.with(change("a", 7))).isEqualTo(unknown);
	}

	@Test
	void whatIsTooMuchForOneNoticeGoesIntoSeveral() {
		settle();
		List<TierChange> many = new ArrayList<>();
		for (int i = 0; i < 1000; i++) {
			many.add(change("key-" + i, i));
		}
		this.she.tell(many);
		assertThat(this.him.changes).containsExactlyElementsOf(many);
		assertThat(this.him.calls).isGreaterThanOrEqualTo(4);
		beats(1);
		assertThat(this.him.doubts).isEmpty();
	}

	@Test
	void otherTopicsAreNotHeard() {
		settle();
		NoticeChannel other = NoticeChannel.on(this.herGate, "rows").open(this.her);
		other.tell(change("a", 1));
		assertThat(this.him.changes).isEmpty();
		assertThat(this.he.state().others()).isOne();
		other.close();
	}

	@Test
	void theFirstSubscriptionIsADoubtAndThenAllIsWell() {
		assertThat(this.her.doubts).containsExactly(Doubt.SUBSCRIBED);
		assertThat(this.she.unknownSince()).isNull();
		beats(10);
		assertThat(this.her.doubts).containsExactly(Doubt.SUBSCRIBED);
		assertThat(this.he.state().counts().gaps()).isZero();
	}

	@Test
	void whoComesLaterMeetsTheOthersWithOneDoubtForAll() {
		this.she.tell(change("a", 1));
		this.he.tell(change("b", 1));
		Ear third = new Ear();
		NoticeChannel late = NoticeChannel.on(gate(this.server), "values").open(third);
		beats(5);
		assertThat(third.doubts).containsExactly(Doubt.SUBSCRIBED, Doubt.SUBSCRIBED);
		assertThat(this.him.doubts).containsExactly(Doubt.SUBSCRIBED);
		late.close();
	}

	@Test
	void aLostNoticeIsNoticedByTheNext() {
		settle();
		this.hers.loseMessages();
		this.she.tell(change("a", 1));
		this.hers.deliverMessages();
		this.time.advance(Duration.ofMillis(3));
		this.she.tell(change("b", 1));
		assertThat(this.him.changes).containsExactly(change("b", 1));
		assertThat(this.him.doubts).containsExactly(Doubt.GAP);
		assertThat(this.he.state().counts().gaps()).isOne();
	}

	@Test
	void aLostNoticeIsNoticedByTheNextHeartbeat() {
		settle();
		this.hers.loseMessages();
		this.she.tell(change("a", 1));
		this.hers.deliverMessages();
		beats(1);
		assertThat(this.him.doubts).containsExactly(Doubt.GAP);
	}

	@Test
	void aNoticeThatTheTierDidNotTakeIsToldAgainByNewestVersion() {
		settle();
		this.hers.fail();
		this.she.tell(change("a", 1));
		this.time.advance(Duration.ofMillis(3));
		this.she.tell(change("a", 2));
		assertThat(this.she.state().untold()).isOne();
		this.hers.heal();
		beats(1);
		assertThat(this.him.changes).containsExactly(change("a", 2));
		assertThat(this.she.state().untold()).isZero();
		assertThat(this.she.state().counts().failed()).isEqualTo(2);
	}

	@Test
	void whatHadToBeGivenUpMakesAGap() {
		NoticeChannel small = NoticeChannel.on(this.herGate, "values").maxUntold(2).open(new Ear());
		settle();
		this.hers.fail();
		small.tell(List.of(change("a", 1), change("b", 1), change("c", 1)));
		assertThat(small.state().counts().dropped()).isOne();
		this.hers.heal();
		beats(1);
		assertThat(this.him.changes).containsExactlyInAnyOrder(change("b", 1), change("c", 1));
		assertThat(this.him.doubts).contains(Doubt.GAP);
		small.close();
	}

	@Test
	void aNodeThatFallsSilentIsADoubtOnce() {
		settle();
		this.hers.loseMessages();
		beats(3);
		assertThat(this.him.doubts).isEmpty();
		beats(1);
		assertThat(this.him.doubts).containsExactly(Doubt.SILENCE);
		beats(3);
		assertThat(this.him.doubts).containsExactly(Doubt.SILENCE);
		this.hers.deliverMessages();
		beats(1);
		assertThat(this.him.doubts).containsExactly(Doubt.SILENCE, Doubt.GAP);
	}

	@Test
	void aNodeThatClosesLeavesNoDoubt() {
		settle();
		this.she.close();
		beats(10);
		assertThat(this.him.doubts).isEmpty();
		assertThat(this.he.state().others()).isZero();
	}

	@Test
	void whoDoesNotHearItselfDoubtsUntilItDoes() {
		settle();
		this.his.deafen();
		beats(3);
		assertThat(this.him.doubts).isEmpty();
		beats(1);
		assertThat(this.he.unknownSince()).isEqualTo(this.time.now());
		assertThat(this.him.doubts).containsOnly(Doubt.SILENCE);
		int before = this.him.doubts.size();
		beats(2);
		assertThat(this.him.doubts.size()).as("once a heartbeat").isEqualTo(before + 2);
		this.his.hear();
		beats(1);
		assertThat(this.he.unknownSince()).isNull();
	}

	@Test
	void whileTheTierIsAwayNothingIsDoubtedAndThenEverythingAtOnce() {
		settle();
		this.hers.hold();
		this.his.hold();
		beats(10);
		assertThat(this.him.doubts).isEmpty();
		assertThat(this.hisGate.isAway()).isTrue();
		assertThat(this.he.unknownSince()).isNotNull();
		this.hers.heal();
		this.his.heal();
		beats(4);
		assertThat(this.hisGate.isAway()).isFalse();
		assertThat(this.him.doubts).contains(Doubt.SILENCE);
		assertThat(this.he.unknownSince()).isNull();
	}

	@Test
	void anInterruptedSubscriptionIsUnknownUntilItStands() {
		settle();
		this.his.interrupt();
		assertThat(this.he.unknownSince()).isEqualTo(this.time.now());
		var since = this.time.now();
		beats(1);
		this.his.interrupt();
		assertThat(this.he.unknownSince()).isEqualTo(since);
		assertThat(this.him.doubts).isEmpty();
		this.his.resubscribe();
		assertThat(this.him.doubts).containsExactly(Doubt.SUBSCRIBED);
		assertThat(this.he.unknownSince()).isNull();
	}

	@Test
	void aSubscriptionThatIsGoneWhileTheTierAnswersIsADoubtAsLongAsItIsGone() {
		settle();
		this.his.interrupt();
		beats(5);
		assertThat(this.him.doubts).contains(Doubt.SILENCE);
		this.him.doubts.clear();
		beats(2);
		assertThat(this.him.doubts).containsExactly(Doubt.SILENCE, Doubt.SILENCE);
		this.his.resubscribe();
		this.him.doubts.clear();
		beats(2);
		assertThat(this.him.doubts).isEmpty();
	}

	@Test
	void whatMayHaveBeenMissedIsUnknownUntilTheListenerHasBeenTold() {
		settle();
		List<Boolean> known = new ArrayList<>();
		this.him.whenDoubted = () -> known.add(this.he.unknownSince() == null);
		this.his.interrupt();
		this.his.resubscribe();
		this.his.deafen();
		beats(5);
		this.his.hear();
		beats(1);
		this.hers.loseMessages();
		this.she.tell(change("a", 1));
		this.hers.deliverMessages();
		beats(1);
		assertThat(this.him.doubts).contains(Doubt.SUBSCRIBED, Doubt.SILENCE, Doubt.GAP);
		assertThat(known).hasSameSizeAs(this.him.doubts).containsOnly(false);
		assertThat(this.he.unknownSince()).isNull();
	}

	@Test
	void aListenerThatThrowsStopsNothing() {
		settle();
		NoticeChannel third = NoticeChannel.on(gate(this.server), "values").open(new CoherenceListener() {

			@Override
			public void changed(List<TierChange> changes) {
				throw new IllegalStateException("scripted");
			}

			@Override
			public void doubted(Doubt doubt) {
				throw new IllegalStateException("scripted");
			}

		});
		this.she.tell(change("a", 1));
		assertThat(this.him.changes).containsExactly(change("a", 1));
		assertThat(third.state().counts().heard()).isOne();
		third.close();
	}

	@Test
	void messagesThatAreNoNoticesAreCounted() {
		assertThat(this.server.send(new byte[] { 1, 2, 3 })).isCompleted();
		assertThat(this.he.state().counts().unreadable()).isOne();
	}

	@Test
	void closingLeavesNoTimer() {
		settle();
		this.she.tell(change("a", 1));
		this.she.tell(change("a", 2));
		this.she.close();
		this.he.close();
		this.she.close();
		assertThat(this.him.changes).containsExactly(change("a", 1), change("a", 2));
		assertThat(this.time.pendingTimers()).isZero();
	}

	// Each node keeps the newest version that it was told of; doubt clears it, as a
	// comparison with the tier would. After the storm everybody knows the newest, or
	// doubts.
	@Test
	void whateverIsLostNobodyKeepsAnOldVersionUnawares() {
		SplittableRandom random = new SplittableRandom(20_261_121);
		for (int round = 0; round < 300; round++) {
			settle();
			Map<TierKey, TierChange> newest = new HashMap<>();
			for (int i = 0; i < 12; i++) {
				TierChange change = change("key-" + random.nextInt(3), round * 100L + i);
				newest.put(change.key(), change);
				switch (random.nextInt(5)) {
					case 0 -> this.hers.loseMessages();
					case 1 -> this.hers.fail();
					default -> {
						this.hers.deliverMessages();
						this.hers.heal();
					}
				}
				this.she.tell(change);
				this.time.advance(Duration.ofMillis(random.nextInt(5)));
			}
			this.hers.deliverMessages();
			this.hers.heal();
			beats(4);
			boolean doubted = !this.him.doubts.isEmpty();
			newest.forEach((key, change) -> {
				TierChange known = this.him.newest.get(key);
				assertThat(doubted || Objects.equals(known, change)).as("%s of %s", known, change).isTrue();
			});
		}
	}

	@Test
	void optionsAreChecked() {
		NoticeChannel.Builder builder = NoticeChannel.on(this.herGate, "x");
		assertThatIllegalArgumentException().isThrownBy(() -> NoticeChannel.on(this.herGate, ""))
			.withMessage("topic: 0 characters (expected: 1 to 200)");
		assertThatIllegalArgumentException().isThrownBy(() -> builder.heartbeat(Duration.ZERO))
			.withMessage("heartbeat: PT0S (expected: at least PT0.001S)");
		assertThatIllegalArgumentException().isThrownBy(() -> builder.gathering(Duration.ofMillis(-1)))
			.withMessage("gathering: PT-0.001S (expected: not negative)");
		assertThatIllegalArgumentException().isThrownBy(() -> builder.maxUntold(0))
			.withMessage("maxUntold: 0 (expected: 1 or more)");
	}

	private static final class Ear implements CoherenceListener {

		private final List<TierChange> changes = new ArrayList<>();

		private final List<Doubt> doubts = new ArrayList<>();

		private final Map<TierKey, TierChange> newest = new HashMap<>();

		private Runnable whenDoubted = () -> {
		};

		private int calls;

		@Override
		public void changed(List<TierChange> told) {
			this.calls++;
			this.changes.addAll(told);
			told.forEach((change) -> this.newest.merge(change.key(), change, TierChange::with));
		}

		@Override
		public void doubted(Doubt doubt) {
			this.doubts.add(doubt);
			this.newest.clear();
			this.whenDoubted.run();
		}

		private void clear() {
			this.changes.clear();
			this.doubts.clear();
			this.newest.clear();
			this.calls = 0;
		}

	}

}
