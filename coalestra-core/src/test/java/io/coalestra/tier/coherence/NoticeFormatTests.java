package io.coalestra.tier.coherence;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

import io.coalestra.tier.TierKey;
import io.coalestra.tier.TierVersion;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class NoticeFormatTests {

	private static final Notice NOTICE = new Notice("snapshots", "node-ü", Notice.Kind.CHANGES, 17,
			List.of(new TierChange(new TierKey("market:price", "BTC"), new TierVersion(3, -1, 99)),
					new TierChange(new TierKey("a", "😀"), new TierVersion(0, 0, Long.MIN_VALUE)),
					new TierChange(new TierKey("b", ""), null)));

	@Test
	void aNoticeIsReadBackAsItWas() {
		assertThat(NoticeFormat.decode(NoticeFormat.encode(NOTICE))).isEqualTo(NOTICE);
		Notice heartbeat = new Notice("t", "n", Notice.Kind.HEARTBEAT, 0, List.of());
		assertThat(NoticeFormat.decode(NoticeFormat.encode(heartbeat))).isEqualTo(heartbeat);
		Notice farewell = new Notice("t", "n", Notice.Kind.FAREWELL, Long.MAX_VALUE, List.of());
		assertThat(NoticeFormat.decode(NoticeFormat.encode(farewell))).isEqualTo(farewell);
	}

	@Test
	void damagedNoticesNeverThrow() {
		SplittableRandom random = new SplittableRandom(20_261_121);
		byte[] good = NoticeFormat.encode(NOTICE);
		int unreadable = 0;
		for (int i = 0; i < 20_000; i++) {
			byte[] damaged = good.clone();
			damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
			damaged = (random.nextInt(3) == 0) ? Arrays.copyOf(damaged, random.nextInt(damaged.length)) : damaged;
			unreadable += (NoticeFormat.decode(damaged) == null) ? 1 : 0;
		}
		assertThat(unreadable).isBetween(5_000, 19_999);
	}

	@Test
	void onlyANoticeOfChangesHasChanges() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Notice("t", "n", Notice.Kind.CHANGES, 1, List.of()))
			.withMessage("changes: 0 (expected: some where the kind says so, else none)");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new Notice("t", "n", Notice.Kind.HEARTBEAT, 1, NOTICE.changes()));
	}

}
