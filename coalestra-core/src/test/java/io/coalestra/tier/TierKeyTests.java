package io.coalestra.tier;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class TierKeyTests {

	private static final String ALPHABET = "ab:%#?25３€😀\u0000 ";

	@Test
	void noTwoKeysShareATextAndEveryTextIsReadBack() {
		SplittableRandom random = new SplittableRandom(20_261_121);
		Map<String, TierKey> byText = new HashMap<>();
		for (int i = 0; i < 20_000; i++) {
			TierKey key = new TierKey(text(random, 1), text(random, 0));
			TierKey other = byText.put(key.text(), key);
			assertThat(other).isIn(null, key);
			assertThat(TierKey.parse(key.text())).isEqualTo(key);
		}
	}

	private static String text(SplittableRandom random, int least) {
		int[] points = ALPHABET.codePoints().toArray();
		StringBuilder text = new StringBuilder();
		for (int i = random.nextInt(least, 6); i > 0; i--) {
			text.appendCodePoint(points[random.nextInt(points.length)]);
		}
		return text.toString();
	}

	@Test
	void longTextsAreHashedToWithinTheBound() {
		TierKey fits = new TierKey("s", "é".repeat(99));
		TierKey tooLong = new TierKey("s", "é".repeat(100));
		TierKey alsoTooLong = new TierKey("s", "é".repeat(101));
		assertThat(fits.text(200)).isEqualTo(fits.text());
		assertThat(tooLong.text(200)).startsWith("#").hasSize(65).isNotEqualTo(alsoTooLong.text(200));
		assertThat(fits.text(200).getBytes(StandardCharsets.UTF_8)).hasSize(200);
	}

	@Test
	void aSpaceThatBeginsLikeAHashIsNotTakenForOne() {
		assertThat(new TierKey("#" + "a".repeat(64), "").text(200)).startsWith("%23");
	}

	@Test
	void badKeysAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> new TierKey("", "a"))
			.withMessage("space: \"\" (expected: not empty)");
		assertThatIllegalArgumentException().isThrownBy(() -> new TierKey("a", "\uD800"))
			.withMessage("id: holds an unpaired surrogate (expected: none)");
		assertThatIllegalArgumentException().isThrownBy(() -> TierKey.parse("nothing"));
		assertThatIllegalArgumentException().isThrownBy(() -> TierKey.parse(":a"));
		assertThatIllegalArgumentException().isThrownBy(() -> TierKey.parse("a%41:b"));
	}

}
