package io.coalestra.batch;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Keys without duplicates.
 */
class DistinctKeysTests {

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 100, 127, 128, 256, 257, 5000 })
	void eachKeyIsThereOnceInTheOrderOfItsFirstArrival(int size) {
		SplittableRandom random = new SplittableRandom(size);
		List<Integer> keys = IntStream.generate(() -> random.nextInt(size)).limit(size).boxed().toList();
		assertThat(distinct(keys)).containsExactlyElementsOf(new LinkedHashSet<>(keys));
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 100, 256, 1000 })
	void keysOfOneHashCodeAreToldApart(int size) {
		List<Clashing> keys = new ArrayList<>();
		for (int i = 0; i < size; i++) {
			keys.add(new Clashing(i / 2));
		}
		assertThat(distinct(keys)).containsExactlyElementsOf(new LinkedHashSet<>(keys));
	}

	@ParameterizedTest
	@ValueSource(ints = { 100, 256 })
	void aFullTableOfDifferentKeysHasRoomForAll(int size) {
		List<Integer> keys = IntStream.range(0, size).map((key) -> key * 512).boxed().toList();
		assertThat(distinct(keys)).containsExactlyElementsOf(keys);
	}

	private static <K> List<K> distinct(List<K> keys) {
		DistinctKeys<K> distinct = new DistinctKeys<>(keys.size());
		keys.forEach(distinct::add);
		return distinct.inOrder();
	}

	private record Clashing(int number) {

		@Override
		public int hashCode() {
			return 7;
		}

	}

}
