package io.coalestra.key;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.coalestra.key.RandomKeys.Parts;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Rules that hold for all keys, tried on many generated ones. A seed that broke a rule
 * stays in its list.
 */
class ResourceKeyPropertyTests {

	private static final int KEYS = 10_000;

	private static final List<KeyNormalizer> BUILT_IN = List.of(KeyNormalizer.PRESERVE, KeyNormalizer.LEGACY,
			KeyNormalizer.CASE_INSENSITIVE);

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 20_260_101 })
	void noTwoDifferentKeysShareARendering(long seed) {
		RandomKeys keys = new RandomKeys(new Random(seed));
		Map<String, Parts> byRendering = new HashMap<>();
		for (int i = 0; i < KEYS; i++) {
			Parts parts = keys.next();
			Parts before = byRendering.putIfAbsent(parts.exact().toString(), parts);
			if (before != null) {
				assertThat(parts.exact()).as("%s and %s render alike", parts, before).isEqualTo(before.exact());
			}
		}
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 20_260_101 })
	void parsingARenderingGivesAnEqualKey(long seed) {
		holdsForAll(seed, (parts) -> {
			ResourceKey<Object> key = parts.exact();
			ResourceKey<Object> parsed = ResourceKey.parse(key.toString());
			return parsed.equals(key) && parsed.hashCode() == key.hashCode() && parsed.toString().equals(key.toString())
					&& parsed.compareTo(key) == 0 && parsed.qualifiers().equals(key.qualifiers());
		});
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3 })
	void orderAgreesWithEqualityAndIsTheOrderOfTheParts(long seed) {
		RandomKeys keys = new RandomKeys(new Random(seed));
		ResourceKey<?> previous = keys.next().exact();
		for (int i = 0; i < KEYS; i++) {
			ResourceKey<?> key = keys.next().exact();
			assertThat(Integer.signum(key.compareTo(previous))).isEqualTo(-Integer.signum(previous.compareTo(key)));
			assertThat(key.compareTo(previous) == 0).isEqualTo(key.equals(previous));
			assertThat(Integer.signum(key.compareTo(previous))).isEqualTo(Integer.signum(reference(key, previous)));
			previous = key;
		}
	}

	private static int reference(ResourceKey<?> one, ResourceKey<?> other) {
		int byNamespace = one.namespace().compareTo(other.namespace());
		int byName = one.name().compareTo(other.name());
		int bySubject = one.subject().compareTo(other.subject());
		String[] ours = flat(one);
		String[] theirs = flat(other);
		return (byNamespace != 0) ? byNamespace
				: (byName != 0) ? byName : (bySubject != 0) ? bySubject : compare(ours, theirs);
	}

	private static int compare(String[] ours, String[] theirs) {
		for (int i = 0; i < Math.min(ours.length, theirs.length); i++) {
			if (!ours[i].equals(theirs[i])) {
				return ours[i].compareTo(theirs[i]);
			}
		}
		return ours.length - theirs.length;
	}

	private static String[] flat(ResourceKey<?> key) {
		return key.qualifiers()
			.entrySet()
			.stream()
			.flatMap((entry) -> Stream.of(entry.getKey(), entry.getValue()))
			.toArray(String[]::new);
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3 })
	void removingWhatWasAddedGivesTheKeyBack(long seed) {
		holdsForAll(seed, (parts) -> {
			ResourceKey<Object> key = parts.exact();
			return key.with("added", 1).without("added").equals(key) && key.with(key.qualifiers()).equals(key)
					&& key.without(key.qualifiers().keySet().toArray(String[]::new)).qualifiers().isEmpty();
		});
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3 })
	void normalisingTwiceChangesNothingMore(long seed) {
		RandomKeys keys = new RandomKeys(new Random(seed));
		for (int i = 0; i < KEYS; i++) {
			for (String part : keys.next().path()) {
				for (KeyNormalizer rules : BUILT_IN) {
					String subject = rules.subject().apply(part);
					String name = rules.name().apply(part);
					assertThat(rules.subject().apply(subject) + rules.name().apply(name)).isEqualTo(subject + name);
				}
			}
		}
	}

	private static void holdsForAll(long seed, Predicate<Parts> rule) {
		RandomKeys keys = new RandomKeys(new Random(seed));
		for (int i = 0; i < KEYS; i++) {
			Parts parts = keys.next();
			if (!rule.test(parts)) {
				assertThat(RandomKeys.shortened(parts, rule.negate())).as("breaks the rule").isNull();
			}
		}
	}

}
