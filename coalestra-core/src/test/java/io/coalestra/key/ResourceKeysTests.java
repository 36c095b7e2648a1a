package io.coalestra.key;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Ordered sets of keys.
 */
class ResourceKeysTests {

	private static final ResourceType<String> TYPE = ResourceType.of("a", "b", String.class);

	@Test
	void duplicatesCollapseOntoTheirFirstPosition() {
		ResourceKeys keys = ResourceKeys.of(TYPE.key(1), TYPE.key(2), TYPE.key(1), TYPE.key(3), TYPE.key(2));
		assertThat(keys).containsExactly(TYPE.key(1), TYPE.key(2), TYPE.key(3));
		assertThat(keys.indexOf(TYPE.key(3))).isEqualTo(2);
	}

	@Test
	void keyThatIsNotThereHasNoPosition() {
		ResourceKeys keys = ResourceKeys.of(TYPE.key(1));
		assertThat(keys.indexOf(TYPE.key(2))).isEqualTo(-1);
		assertThat(keys.indexOf((Object) "a:b:1")).isEqualTo(-1);
		assertThat(keys.contains(null)).isFalse();
		assertThat(keys.lastIndexOf(TYPE.key(1))).isZero();
	}

	@Test
	void noKeysAreASetToo() {
		ResourceKeys none = ResourceKeys.of();
		assertThat(none).isEmpty();
		assertThat(none.indexOf(TYPE.key(1))).isEqualTo(-1);
		assertThat(ResourceKeys.of(List.of())).isEmpty();
	}

	@Test
	void positionsOutsideAreRefused() {
		ResourceKeys keys = ResourceKeys.of(TYPE.key(1), TYPE.key(1));
		for (int position : new int[] { -1, 1, 2, Integer.MAX_VALUE }) {
			assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> keys.get(position));
		}
	}

	@Test
	void changingWhatWasHandedInChangesNothing() {
		ResourceKey<?>[] array = { TYPE.key(1), TYPE.key(2) };
		List<ResourceKey<?>> list = new ArrayList<>(List.of(array));
		ResourceKeys fromArray = ResourceKeys.of(array);
		ResourceKeys fromList = ResourceKeys.of(list);
		array[0] = TYPE.key(3);
		list.clear();
		assertThat(fromArray).isEqualTo(fromList).containsExactly(TYPE.key(1), TYPE.key(2));
	}

	@Test
	void setOfKeysCannotBeChanged() {
		ResourceKeys keys = ResourceKeys.of(TYPE.key(1));
		for (Runnable change : List.<Runnable>of(() -> keys.add(TYPE.key(2)), () -> keys.set(0, TYPE.key(2)),
				() -> keys.remove(0), keys::clear, () -> keys.listIterator().add(TYPE.key(2)))) {
			assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(change::run);
		}
		assertThat(keys).containsExactly(TYPE.key(1));
	}

	@Test
	void collectingASetOfKeysAgainCostsNothing() {
		ResourceKeys keys = ResourceKeys.of(TYPE.key(1));
		assertThat(ResourceKeys.of(keys)).isSameAs(keys);
	}

	@Test
	void nullAmongTheKeysIsRefused() {
		assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> ResourceKeys.of(TYPE.key(1), null))
			.withMessage("key");
		assertThatExceptionOfType(NullPointerException.class)
			.isThrownBy(() -> ResourceKeys.of(Collections.singletonList(null)));
	}

	@ParameterizedTest
	@ValueSource(ints = { 32_765, 32_766, 32_767, 32_768, 40_000, 70_000 })
	void everyKeyOfAManyIsFoundWhereItIs(int size) {
		ResourceKey<?>[] all = IntStream.range(0, size).mapToObj(TYPE::key).toArray(ResourceKey<?>[]::new);
		ResourceKeys keys = ResourceKeys.of(all);
		assertThat(keys).hasSize(size);
		for (int i = 0; i < size; i++) {
			assertThat(keys.indexOf(all[i])).isEqualTo(i);
		}
		assertThat(keys.indexOf(TYPE.key(size))).isEqualTo(-1);
		assertThat(keys.indexOf(TYPE.key(-1))).isEqualTo(-1);
	}

	@Test
	void limitOnTheNumberOfKeysIsInclusive() {
		ResourceKey<?>[] most = new ResourceKey<?>[ResourceKeys.MAX_SIZE];
		Arrays.fill(most, TYPE.key(1));
		assertThat(ResourceKeys.of(most)).hasSize(1);
		ResourceKey<?>[] more = Arrays.copyOf(most, most.length + 1);
		more[most.length] = TYPE.key(2);
		assertThatIllegalArgumentException().isThrownBy(() -> ResourceKeys.of(more))
			.withMessageContaining("1048577")
			.withMessageContaining("at most 1048576");
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4, 5 })
	void behavesAsALinkedHashSetWithPositions(long seed) {
		Random random = new Random(seed);
		for (int round = 0; round < 300; round++) {
			int range = 1 + random.nextInt(200);
			List<ResourceKey<?>> given = new ArrayList<>();
			for (int i = random.nextInt(300); i > 0; i--) {
				ResourceKey<String> key = TYPE.key(random.nextInt(range));
				given.add(random.nextBoolean() ? key : key.with("q", random.nextInt(3)));
			}
			Set<ResourceKey<?>> model = new LinkedHashSet<>(given);
			ResourceKeys keys = ResourceKeys.of(given);
			assertThat(keys).containsExactlyElementsOf(model).hasSameSizeAs(model);
			List<ResourceKey<?>> ordered = List.copyOf(model);
			assertThat(keys).isEqualTo(ordered).hasSameHashCodeAs(ordered);
			for (int i = 0; i < range; i++) {
				assertThat(keys.indexOf(TYPE.key(i))).isEqualTo(ordered.indexOf(TYPE.key(i)));
			}
		}
	}

}
