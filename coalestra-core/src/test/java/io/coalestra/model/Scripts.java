package io.coalestra.model;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Runs random scripts against a check, and shortens the first that fails.
 */
final class Scripts {

	private static final long SEED = Long.getLong("coalestra.seed", 20_261_121L);

	private static final int FACTOR = Integer.getInteger("coalestra.scripts.factor", 1);

	private Scripts() {
	}

	/**
	 * Checks that a property holds for many scripts.
	 * @param <S> the kind of step
	 * @param number how many scripts
	 * @param generator draws a script
	 * @param check throws an {@link AssertionError} for a script that shows a fault
	 */
	static <S> void check(int number, Function<SplittableRandom, List<S>> generator, Consumer<List<S>> check) {
		SplittableRandom seeds = new SplittableRandom(SEED);
		for (int i = 0; i < number * FACTOR; i++) {
			long seed = seeds.nextLong();
			List<S> script = generator.apply(new SplittableRandom(seed));
			Throwable fault = faultOf(script, check);
			if (fault != null) {
				List<S> shortest = shortened(script, check);
				throw new AssertionError(report(i, seed, script, shortest), faultOf(shortest, check));
			}
		}
	}

	private static <S> String report(int number, long seed, List<S> script, List<S> shortest) {
		StringBuilder text = new StringBuilder("script %d of seed %d (its own seed %d), shortened from %d to %d steps:"
			.formatted(number, SEED, seed, script.size(), shortest.size()));
		shortest.forEach((step) -> text.append("\n  ").append(step));
		return text.toString();
	}

	/**
	 * Leaves steps out, first many at a time and then single ones, as long as what is
	 * left still fails.
	 */
	static <S> List<S> shortened(List<S> failing, Consumer<List<S>> check) {
		List<S> shortest = failing;
		for (int size = Math.max(1, failing.size() / 2); size > 0; size = (size == 1) ? 0 : size / 2) {
			boolean again = true;
			while (again) {
				again = false;
				for (int from = shortest.size() - size; from >= 0; from -= size) {
					List<S> candidate = new ArrayList<>(shortest.subList(0, from));
					candidate.addAll(shortest.subList(from + size, shortest.size()));
					if (faultOf(candidate, check) != null) {
						shortest = candidate;
						again = true;
					}
				}
			}
		}
		return shortest;
	}

	private static <S> Throwable faultOf(List<S> script, Consumer<List<S>> check) {
		try {
			check.accept(script);
			return null;
		}
		catch (RuntimeException | Error fault) {
			return fault;
		}
	}

}
