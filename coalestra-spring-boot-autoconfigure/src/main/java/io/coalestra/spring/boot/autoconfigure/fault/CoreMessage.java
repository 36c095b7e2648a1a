package io.coalestra.spring.boot.autoconfigure.fault;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DataObjectPropertyName;

/**
 * A message of the core about one option, taken apart: the core words all of them as
 * {@code option: value (expected: constraint)}.
 *
 * @param option the option, as it is called in code
 * @param value the refused value
 * @param expected what is allowed
 */
public record CoreMessage(String option, String value, String expected) {

	private static final Pattern SHAPE = Pattern.compile(
			"(?:(?:source|batcher) \"[^\"]*\": )?(?<option>[A-Za-z]+(?: [A-Za-z]+)?): (?<value>.*) \\(expected: (?<expected>.*)\\)");

	private static final Pattern ISO_DURATION = Pattern.compile("-?\\bPT[-0-9HMS.]+");

	private static final Pattern BOUND = Pattern.compile("at (?:least|most) .*?(?<bound>\\d+(?:ms|s|ns))");

	private static final Map<String, String> EXAMPLES = Map.ofEntries(Map.entry("name", "orders-1"),
			Map.entry("space", "orders"), Map.entry("defaultDeadline", "3s"), Map.entry("maxConcurrency", "8"),
			Map.entry("transportTimeoutGrace", "50ms"), Map.entry("deadlineDispatchGrace", "0ms"),
			Map.entry("supportMemory", "100000"), Map.entry("maxEntries", "10000"), Map.entry("futureTolerance", "1s"),
			Map.entry("ttl", "1s"), Map.entry("absentTtl", "1s"), Map.entry("refreshAhead", "0ms"),
			Map.entry("jitter", "0.1"), Map.entry("earliness", "1"), Map.entry("timeout", "2s"),
			Map.entry("queueTimeout", "500ms"), Map.entry("maxBatchSize", "100"), Map.entry("window", "5ms"),
			Map.entry("transportTimeout", "1750ms"), Map.entry("hedgeAfter", "200ms"), Map.entry("maxAttempts", "2"),
			Map.entry("baseDelay", "50ms"), Map.entry("jitterRatio", "0.1"), Map.entry("failureThreshold", "3"),
			Map.entry("recoveryTimeout", "10s"), Map.entry("maxPending", "10000"),
			Map.entry("capacityWaitingDegraded", "1"), Map.entry("capacityWaitingCriticalRatio", "1.0"),
			Map.entry("bufferBacklogDegradedRatio", "0.5"), Map.entry("bufferBacklogCriticalRatio", "0.9"),
			Map.entry("runawayCallsDegraded", "1"), Map.entry("flightAgeDegraded", "1m"),
			Map.entry("counterDeltaDegraded", "1"), Map.entry("counterDeltaCritical", "5"), Map.entry("maxSkew", "2s"),
			Map.entry("minimumResolved", "1"), Map.entry("minimumResolvedRequired", "1"), Map.entry("drain", "5s"),
			Map.entry("calls", "1s"), Map.entry("resources", "5s"), Map.entry("sinks", "5s"));

	/**
	 * Takes a message apart.
	 * @param message the message
	 * @return its parts, or null if it is not about one option
	 */
	public static @Nullable CoreMessage parse(@Nullable String message) {
		Matcher matcher = SHAPE.matcher(readable(message));
		return matcher.matches()
				? new CoreMessage(matcher.group("option"), matcher.group("value"), matcher.group("expected")) : null;
	}

	/**
	 * Writes the durations in a message as they are written in properties.
	 * @param message the message
	 * @return the message
	 */
	public static String readable(@Nullable String message) {
		if (message == null) {
			return "no message";
		}
		return ISO_DURATION.matcher(message).replaceAll((match) -> print(Duration.parse(match.group())));
	}

	private static String print(Duration duration) {
		if (duration.equals(Duration.ofSeconds(duration.toSeconds()))) {
			return duration.toSeconds() + "s";
		}
		return duration.equals(Duration.ofMillis(duration.toMillis())) ? duration.toMillis() + "ms"
				: duration.toNanos() + "ns";
	}

	/**
	 * Returns what the option is called in properties.
	 * @return the name
	 */
	public String propertyName() {
		return this.option.equals("earliness") ? "early-refresh" : DataObjectPropertyName.toDashedForm(this.option);
	}

	/**
	 * Returns a value that is allowed.
	 * @return the value, or null if none is known
	 */
	public @Nullable String example() {
		Matcher bound = BOUND.matcher(this.expected);
		return bound.find() ? bound.group("bound") : EXAMPLES.get(this.option);
	}

}
