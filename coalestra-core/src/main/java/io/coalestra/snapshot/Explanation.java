package io.coalestra.snapshot;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

import io.coalestra.key.ResourceKey;

/**
 * Why a key came out as it did: which steps were taken, in their order. Immutable.
 *
 * @param key the key
 * @param outcome what it came to, in a few words
 * @param steps what was done for it
 */
public record Explanation(ResourceKey<?> key, String outcome, List<Step> steps) {

	/**
	 * The most steps that are kept of one key; further ones are counted only.
	 */
	public static final int MAX_STEPS = 32;

	/**
	 * Checks and copies.
	 */
	public Explanation {
		Objects.requireNonNull(key, "key");
		Objects.requireNonNull(outcome, "outcome");
		steps = List.copyOf(steps);
	}

	/**
	 * Renders as text: the outcome on the first line, then a line for each step, the same
	 * in every locale.
	 * @return the text
	 */
	@Override
	public String toString() {
		StringBuilder text = new StringBuilder(this.key.toString()).append(": ").append(this.outcome);
		for (Step step : this.steps) {
			text.append(System.lineSeparator())
				.append(String.format(Locale.ROOT, "  %+9.3f ms  ", step.after().toNanos() / 1e6))
				.append(step.action());
			if (!step.component().isEmpty()) {
				text.append(' ').append(step.component());
			}
			if (!step.detail().isEmpty()) {
				text.append(": ").append(step.detail());
			}
		}
		return text.toString();
	}

	/**
	 * One step.
	 *
	 * @param after how long after the read began; for a cache hit zero
	 * @param action what was done: {@code cache}, {@code flight}, {@code source},
	 * {@code retry}, {@code circuit}, {@code capacity}, {@code fallback}, …
	 * @param component with what: a source's name, or empty
	 * @param detail what came of it
	 */
	public record Step(Duration after, String action, String component, String detail) {

		/**
		 * Checks.
		 */
		public Step {
			Objects.requireNonNull(after, "after");
			Objects.requireNonNull(action, "action");
			Objects.requireNonNull(component, "component");
			Objects.requireNonNull(detail, "detail");
		}

	}

}
