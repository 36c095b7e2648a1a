package io.coalestra.key;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Generates keys out of few, hostile characters, so that those that could be confused
 * with each other come up often; and shortens what breaks a rule.
 */
final class RandomKeys {

	private static final String[] CHARACTERS = { "a", "A", "b", ":", "?", "%", "&", "=", "+", " ", "/", "#", "3", "F",
			"5", "2", "ß", "é", "\u0130", "…", "\uD83D\uDE00", "\u2028" };

	private final RandomGenerator random;

	RandomKeys(RandomGenerator random) {
		this.random = random;
	}

	Parts next() {
		List<String> path = new ArrayList<>(List.of(text(1), text(1), text(0)));
		Map<String, String> qualifiers = new LinkedHashMap<>();
		for (int i = this.random.nextInt(3); i > 0; i--) {
			qualifiers.put(text(1), text(0));
		}
		return new Parts(path, qualifiers);
	}

	private String text(int least) {
		StringBuilder text = new StringBuilder();
		int length = least + this.random.nextInt(4);
		while (text.length() < length) {
			text.append(CHARACTERS[this.random.nextInt(CHARACTERS.length)]);
		}
		return text.toString();
	}

	/**
	 * Takes characters away for as long as what is left still breaks the rule.
	 */
	static Parts shortened(Parts broken, Predicate<Parts> breaks) {
		for (Parts smaller : broken.smaller()) {
			if (smaller.isLegal() && breaks.test(smaller)) {
				return shortened(smaller, breaks);
			}
		}
		return broken;
	}

	record Parts(List<String> path, Map<String, String> qualifiers) {

		ResourceKey<Object> exact() {
			return ResourceType.of("n", "n", Object.class)
				.normalizedBy(new KeyNormalizer((any) -> this.path.get(0), (any) -> this.path.get(1), (same) -> same,
						(same) -> same, (same) -> same))
				.key(this.path.get(2), this.qualifiers);
		}

		boolean isLegal() {
			return !this.path.get(0).isEmpty() && !this.path.get(1).isEmpty() && !this.qualifiers.containsKey("")
					&& this.path.stream().noneMatch(Parts::isTorn)
					&& this.qualifiers.keySet().stream().noneMatch(Parts::isTorn)
					&& this.qualifiers.values().stream().noneMatch(Parts::isTorn);
		}

		private static boolean isTorn(String text) {
			return text.codePoints().anyMatch((point) -> point >= 0xD800 && point <= 0xDFFF);
		}

		List<Parts> smaller() {
			List<Parts> smaller = new ArrayList<>();
			for (int part = 0; part < this.path.size(); part++) {
				for (int i = 0; i < this.path.get(part).length(); i++) {
					List<String> shorter = new ArrayList<>(this.path);
					shorter.set(part, new StringBuilder(this.path.get(part)).deleteCharAt(i).toString());
					smaller.add(new Parts(shorter, this.qualifiers));
				}
			}
			for (String name : this.qualifiers.keySet()) {
				Map<String, String> fewer = new LinkedHashMap<>(this.qualifiers);
				String value = fewer.remove(name);
				smaller.add(new Parts(this.path, fewer));
				if (!value.isEmpty()) {
					Map<String, String> shorter = new LinkedHashMap<>(this.qualifiers);
					shorter.put(name, value.substring(1));
					smaller.add(new Parts(this.path, shorter));
				}
			}
			return smaller;
		}

	}

}
