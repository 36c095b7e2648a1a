package io.coalestra.tier.coherence;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import io.coalestra.tier.TierKey;
import io.coalestra.tier.coherence.NoticeLedger.Hearing;
import io.coalestra.time.SteerableTimeSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class NoticeLedgerTests {

	private static final Duration HEARTBEAT = Duration.ofSeconds(1);

	private static final List<TierChange> CHANGES = List.of(new TierChange(new TierKey("a", "b"), null));

	private final SteerableTimeSource time = new SteerableTimeSource();

	private final NoticeLedger ledger = new NoticeLedger(HEARTBEAT, this.time);

	private static Notice change(String node, long sequence) {
		return new Notice("t", node, Notice.Kind.CHANGES, sequence, CHANGES);
	}

	private static Notice heartbeat(String node, long sequence) {
		return new Notice("t", node, Notice.Kind.HEARTBEAT, sequence, List.of());
	}

	private static Notice farewell(String node, long sequence) {
		return new Notice("t", node, Notice.Kind.FAREWELL, sequence, List.of());
	}

	@Test
	void noticesThatFollowEachOtherAreInOrder() {
		assertThat(this.ledger.hear(change("a", 1))).isEqualTo(Hearing.IN_ORDER);
		assertThat(this.ledger.hear(heartbeat("a", 1))).isEqualTo(Hearing.IN_ORDER);
		assertThat(this.ledger.hear(change("a", 2))).isEqualTo(Hearing.IN_ORDER);
		assertThat(this.ledger.hear(change("b", 1))).isEqualTo(Hearing.IN_ORDER);
		assertThat(this.ledger.hear(heartbeat("c", 0))).isEqualTo(Hearing.IN_ORDER);
	}

	@Test
	void aMissingNumberIsNoticedByTheNextNoticeHeartbeatOrFarewell() {
		this.ledger.hear(change("a", 1));
		assertThat(this.ledger.hear(change("a", 3))).isEqualTo(Hearing.MISSED);
		assertThat(this.ledger.hear(change("a", 4))).isEqualTo(Hearing.IN_ORDER);
		assertThat(this.ledger.hear(heartbeat("a", 5))).isEqualTo(Hearing.MISSED);
		assertThat(this.ledger.hear(heartbeat("a", 5))).isEqualTo(Hearing.IN_ORDER);
		assertThat(this.ledger.hear(farewell("a", 6))).isEqualTo(Hearing.MISSED);
	}

	@Test
	void whoIsFirstHeardInTheMiddleHasBeenMissed() {
		assertThat(this.ledger.hear(change("a", 7))).isEqualTo(Hearing.MISSED);
		assertThat(this.ledger.hear(heartbeat("b", 7))).isEqualTo(Hearing.MISSED);
	}

	@Test
	void whoeverIsMetAfterASubscriptionIsTakenTogether() {
		this.ledger.subscribed();
		assertThat(this.ledger.hear(heartbeat("a", 7))).isEqualTo(Hearing.IN_ORDER);
		assertThat(this.ledger.hear(change("b", 3))).isEqualTo(Hearing.IN_ORDER);
		assertThat(this.ledger.hear(change("b", 5))).isEqualTo(Hearing.MISSED);
		assertThat(this.ledger.endsMeeting()).isFalse();
		this.time.advance(HEARTBEAT.multipliedBy(3));
		assertThat(this.ledger.endsMeeting()).isTrue();
		assertThat(this.ledger.endsMeeting()).isFalse();
		assertThat(this.ledger.hear(heartbeat("c", 7))).isEqualTo(Hearing.MISSED);
	}

	@Test
	void aMeetingOfNewcomersEndsWithoutDoubt() {
		this.ledger.subscribed();
		this.ledger.hear(heartbeat("a", 0));
		this.ledger.hear(change("a", 1));
		this.time.advance(HEARTBEAT.multipliedBy(3));
		assertThat(this.ledger.endsMeeting()).isFalse();
	}

	@Test
	void repetitionsSayNothing() {
		this.ledger.hear(change("a", 1));
		this.ledger.hear(change("a", 2));
		assertThat(this.ledger.hear(change("a", 1))).isEqualTo(Hearing.REPEATED);
		assertThat(this.ledger.hear(change("a", 2))).isEqualTo(Hearing.REPEATED);
		assertThat(this.ledger.hear(change("a", 3))).isEqualTo(Hearing.IN_ORDER);
	}

	@Test
	void silenceIsToldOnceAndItsEndIsAMiss() {
		this.ledger.hear(change("a", 1));
		this.time.advance(HEARTBEAT.multipliedBy(3));
		assertThat(this.ledger.fallenSilent()).isZero();
		this.time.advance(Duration.ofNanos(1));
		assertThat(this.ledger.fallenSilent()).isOne();
		assertThat(this.ledger.fallenSilent()).isZero();
		assertThat(this.ledger.hear(heartbeat("a", 1))).isEqualTo(Hearing.MISSED);
		assertThat(this.ledger.hear(heartbeat("a", 1))).isEqualTo(Hearing.IN_ORDER);
	}

	@Test
	void whoSaidFarewellIsNotSilent() {
		this.ledger.hear(change("a", 1));
		assertThat(this.ledger.hear(farewell("a", 1))).isEqualTo(Hearing.IN_ORDER);
		this.time.advance(HEARTBEAT.multipliedBy(4));
		assertThat(this.ledger.fallenSilent()).isZero();
		assertThat(this.ledger.size()).isZero();
	}

	@Test
	void whoIsGoneIsForgottenAfterItsSilenceWasTold() {
		this.ledger.hear(change("a", 1));
		this.time.advance(HEARTBEAT.multipliedBy(61));
		assertThat(this.ledger.fallenSilent()).isOne();
		assertThat(this.ledger.fallenSilent()).isZero();
		assertThat(this.ledger.size()).isZero();
	}

	@Test
	void whateverIsLostIsNoticedByTheNextHeartbeatAndNothingElseIs() {
		SplittableRandom random = new SplittableRandom(20_261_121);
		for (int round = 0; round < 2_000; round++) {
			NoticeLedger one = new NoticeLedger(HEARTBEAT, this.time);
			List<Hearing> heard = new ArrayList<>();
			boolean lost = false;
			int sent = random.nextInt(1, 12);
			for (int sequence = 1; sequence <= sent; sequence++) {
				if (random.nextInt(5) == 0) {
					lost = true;
				}
				else {
					heard.add(one.hear(change("a", sequence)));
				}
			}
			heard.add(one.hear(heartbeat("a", sent)));
			assertThat(heard.contains(Hearing.MISSED)).isEqualTo(lost);
			assertThat(heard).doesNotContain(Hearing.REPEATED);
		}
	}

}
