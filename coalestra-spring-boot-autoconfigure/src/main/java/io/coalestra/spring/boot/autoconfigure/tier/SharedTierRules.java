package io.coalestra.spring.boot.autoconfigure.tier;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;
import java.util.function.Predicate;

import io.coalestra.key.ResourceType;
import io.coalestra.policy.KeyPattern;
import io.coalestra.spring.boot.autoconfigure.fault.Faults;
import io.coalestra.tier.SharedTierOptions;
import io.coalestra.tier.TierCodec;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * Makes options of what the properties of the shared tier say.
 */
final class SharedTierRules {

	static final String PREFIX = "coalestra.shared-tier";

	private final SharedTierProperties properties;

	private final Faults faults;

	SharedTierRules(SharedTierProperties properties, Faults faults) {
		this.properties = properties;
		this.faults = faults;
	}

	SharedTierOptions options(@Nullable TierCodec codec) {
		SharedTierOptions.Builder options = SharedTierOptions.builder();
		this.faults.set(PREFIX, this.properties.space(), options::space);
		this.faults.set(PREFIX, this.properties.budget(), options::budget);
		this.faults.set(PREFIX, this.properties.writeLimit(), options::writeLimit);
		this.faults.set(PREFIX, this.properties.failureThreshold(), options::failureThreshold);
		this.faults.set(PREFIX, this.properties.recoveryTimeout(), options::recoveryTimeout);
		this.faults.set(PREFIX, this.properties.heartbeat(), options::heartbeat);
		this.faults.set(PREFIX, this.properties.maxLife(), options::maxLife);
		this.faults.set(PREFIX, this.properties.maxPending(), options::maxPending);
		size(this.faults, PREFIX + ".deflate-from", this.properties.deflateFrom(), 0, options::deflateFrom);
		if (this.properties.types() != null) {
			options.types(types("types", this.properties.types()));
		}
		options.readLeases(this.properties.readLeases());
		if (this.properties.leasedTypes() != null) {
			options.leasedTypes(types("leased-types", this.properties.leasedTypes()));
		}
		this.faults.set(PREFIX, this.properties.leaseWait(), options::leaseWait);
		this.faults.set(PREFIX, this.properties.leaseLife(), options::leaseLife);
		if (codec != null) {
			options.codec(codec);
		}
		return this.faults.make(PREFIX, options::build, SharedTierOptions.DEFAULT);
	}

	private Predicate<ResourceType<?>> types(String option, List<String> texts) {
		List<KeyPattern> patterns = new ArrayList<>();
		for (String text : texts) {
			try {
				patterns.add(KeyPattern.parse(text));
			}
			catch (IllegalArgumentException ex) {
				this.faults.add(PREFIX + "." + option,
						"has \"" + text + "\" (expected: namespace:name, namespace:*, *:name or *)",
						"Correct " + PREFIX + "." + option + ", for example to \"market:*, ledger:account\".");
			}
		}
		return (type) -> patterns.stream().anyMatch((pattern) -> pattern.matches(type));
	}

	/**
	 * Sets a size that the core takes as a number of bytes.
	 */
	static void size(Faults faults, String property, DataSize value, int least, IntConsumer setter) {
		size(faults, property, value, least, Integer.MAX_VALUE, (bytes) -> setter.accept(Math.toIntExact(bytes)));
	}

	/**
	 * Sets a size that the core takes as a large number of bytes.
	 */
	static void largeSize(Faults faults, String property, @Nullable DataSize value, LongConsumer setter) {
		if (value != null) {
			size(faults, property, value, 1, Long.MAX_VALUE, setter);
		}
	}

	private static void size(Faults faults, String property, DataSize value, long least, long most,
			LongConsumer setter) {
		long bytes = value.toBytes();
		if (bytes < least || bytes > most) {
			faults.add(property, "is " + value + " (expected: from " + least + "B to " + most + "B)",
					"Correct " + property + ", for example to 512KB.");
			return;
		}
		setter.accept(bytes);
	}

}
