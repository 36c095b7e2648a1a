package io.coalestra.tier;

import java.time.Instant;
import java.util.Arrays;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class TierEntryTests {

	@Test
	void everyEntryIsReadBackAsItWas() {
		SplittableRandom random = new SplittableRandom(20_261_121);
		for (int i = 0; i < 2_000; i++) {
			TierVersion version = new TierVersion(random.nextLong(), random.nextInt(), random.nextLong());
			Instant expiry = Instant.ofEpochMilli(random.nextLong(4_000_000_000_000L));
			byte[] payload = new byte[random.nextInt(50)];
			random.nextBytes(payload);
			TierEntry entry = random.nextBoolean() ? TierEntry.value(version, expiry, payload)
					: TierEntry.removal(version, expiry);
			assertThat(TierEntry.decode(entry.encode())).isEqualTo(entry).hasSameHashCodeAs(entry);
		}
	}

	@Test
	void headsCompareAsBytesTheWayVersionsDo() {
		SplittableRandom random = new SplittableRandom(20_261_121);
		for (int i = 0; i < 5_000; i++) {
			TierVersion one = new TierVersion(0, random.nextInt(-2, 3), random.nextLong(-3, 4));
			TierVersion other = new TierVersion(0, random.nextInt(-2, 3), random.nextLong(-3, 4));
			int byBytes = Arrays.compareUnsigned(head(one), 4, 16, head(other), 4, 16);
			assertThat(Integer.signum(byBytes)).isEqualTo(Integer.signum(one.compareContent(other)));
		}
	}

	private static byte[] head(TierVersion version) {
		return TierEntry.removal(version, Instant.EPOCH).encode();
	}

	@Test
	void whatIsNoEntryIsNotReadAsOne() {
		byte[] good = TierEntry.value(new TierVersion(1, 2, 3), Instant.EPOCH, new byte[] { 1 }).encode();
		for (int length = 0; length < TierEntry.HEAD_LENGTH; length++) {
			assertThat(TierEntry.decode(Arrays.copyOf(good, length))).isNull();
		}
		for (int place = 0; place < 3; place++) {
			byte[] damaged = good.clone();
			damaged[place] = 77;
			assertThat(TierEntry.decode(damaged)).isNull();
		}
	}

	@Test
	void anEntryExpiresAtItsMoment() {
		TierEntry entry = TierEntry.removal(new TierVersion(1, 2, 3), Instant.ofEpochMilli(1000));
		assertThat(entry.isExpired(Instant.ofEpochMilli(999))).isFalse();
		assertThat(entry.isExpired(Instant.ofEpochMilli(1000))).isTrue();
		assertThatIllegalStateException().isThrownBy(entry::payload);
	}

}
