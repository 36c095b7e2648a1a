package io.coalestra.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

import io.coalestra.tier.TierKey;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RedisKeysTests {

	private final RedisKeys keys = new RedisKeys("shop", 1);

	private List<String> names(List<TierKey> entries) {
		return Arrays.stream(this.keys.withIncarnation(0, entries))
			.skip(1)
			.map((name) -> new String(name, StandardCharsets.UTF_8))
			.toList();
	}

	@Test
	void theIncarnationComesFirst() {
		byte[][] names = this.keys.withIncarnation(3, List.of(new TierKey("price", "BTC")));
		assertThat(names[0]).asString(StandardCharsets.UTF_8).isEqualTo("shop:v1:{3}:incarnation");
		assertThat(names[1]).asString(StandardCharsets.UTF_8).isEqualTo("shop:v1:{3}:entry:price:BTC");
	}

	@Test
	void aNameIsTheSameWhateverStandsBesideIt() {
		List<TierKey> spaces = List.of(new TierKey("a:b", "1"), new TierKey("a", "b:1"), new TierKey("a", ""),
				new TierKey("a:b", "é€😀"), new TierKey("#", "x".repeat(400)), new TierKey("a", "é".repeat(400)));
		List<String> alone = spaces.stream().map((key) -> names(List.of(key)).getFirst()).toList();
		assertThat(alone).doesNotHaveDuplicates();
		SplittableRandom random = new SplittableRandom(7);
		for (int run = 0; run < 200; run++) {
			List<Integer> order = new ArrayList<>(
					IntStream.range(0, 12).mapToObj((i) -> random.nextInt(spaces.size())).toList());
			assertThat(names(order.stream().map(spaces::get).toList()))
				.isEqualTo(order.stream().map(alone::get).toList());
		}
	}

	@Test
	void whatIsTooLongIsHashed() {
		TierKey fits = new TierKey("s", "é".repeat(255));
		TierKey tooLong = new TierKey("s", "é".repeat(256));
		assertThat(names(List.of(fits, tooLong))).containsExactly("shop:v1:{0}:entry:s:" + "é".repeat(255),
				"shop:v1:{0}:entry:" + tooLong.text(512));
		assertThat(tooLong.text(512)).startsWith("#");
	}

}
