package io.coalestra;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import io.coalestra.Coalestra.TimeoutDeclarations;
import io.coalestra.internal.tier.TierSettings;
import io.coalestra.key.ResourceGroup;
import io.coalestra.source.Source;
import io.coalestra.source.SourceSettings;
import io.coalestra.source.TimeoutGuarantee;
import io.coalestra.tier.SharedTier;
import io.coalestra.tier.SharedTierOptions;
import io.coalestra.tier.TierCodec;
import org.jspecify.annotations.Nullable;

/**
 * Looks for all that is wrong with what a builder is to be made of, so that everything is
 * said at once. Used by one thread, for one builder.
 */
final class Inspection {

	private final List<String> faults = new ArrayList<>();

	/**
	 * Applies the settings that are given by name.
	 * @param sources the sources
	 * @param changes the changes by the source's name
	 * @return the sources as they are to be used, without those that cannot be
	 */
	List<Source> configured(List<Source> sources, Map<String, Consumer<SourceSettings.Builder>> changes) {
		List<Source> configured = new ArrayList<>(sources.size());
		for (Source source : sources) {
			Consumer<SourceSettings.Builder> own = changes.get(source.name());
			try {
				configured.add((own != null) ? source.with(source.settings().with(own)) : source);
			}
			catch (IllegalArgumentException ex) {
				this.faults.add("source \"" + source.name() + "\": " + ex.getMessage());
			}
		}
		return List.copyOf(configured);
	}

	/**
	 * Checks that each source has a name of its own, and that settings by name have a
	 * source.
	 * @param sources the sources
	 * @param set the names that settings are given for
	 * @param protectedBy the names that resilience is given for
	 */
	void names(List<Source> sources, Set<String> set, Set<String> protectedBy) {
		List<String> names = new ArrayList<>();
		for (Source source : sources) {
			if (names.contains(source.name())) {
				this.faults.add("source \"" + source.name()
						+ "\": the name is taken by another source (expected: a name of its own for each)");
			}
			names.add(source.name());
		}
		Set<String> wanted = new LinkedHashSet<>(set);
		wanted.addAll(protectedBy);
		wanted.removeAll(new LinkedHashSet<>(names));
		wanted.forEach((unknown) -> this.faults
			.add("settings of source \"" + unknown + "\": no such source (expected: one of " + names + ")"));
	}

	/**
	 * Checks that no type is in two groups.
	 * @param groups the groups
	 */
	void groups(List<ResourceGroup> groups) {
		for (int i = 0; i < groups.size(); i++) {
			for (ResourceGroup other : groups.subList(0, i)) {
				groups.get(i)
					.types()
					.stream()
					.filter(other.types()::contains)
					.forEach((type) -> this.faults.add("type " + type + ": in the groups \"" + other.name()
							+ "\" and others" + " (expected: in one group at most)"));
			}
		}
	}

	/**
	 * Checks that calls of all sources are sure to end, as far as that is asked for.
	 * @param sources the sources
	 * @param wanted what is asked for
	 */
	void declarations(List<Source> sources, TimeoutDeclarations wanted) {
		for (Source source : sources) {
			TimeoutGuarantee guarantee = TimeoutGuarantee.of(source.name(), source.settings());
			boolean undeclared = guarantee.status() == TimeoutGuarantee.Status.UNDECLARED;
			boolean refused = undeclared ? wanted == TimeoutDeclarations.REQUIRED
					: wanted != TimeoutDeclarations.UNSAFE_ALLOWED;
			if (!guarantee.safe() && refused) {
				this.faults
					.add("source \"" + source.name() + "\": " + guarantee.status().wireName() + remedy(guarantee));
			}
		}
	}

	private static String remedy(TimeoutGuarantee guarantee) {
		if (guarantee.status() == TimeoutGuarantee.Status.UNDECLARED) {
			return " (expected: transportTimeout(…) with the time limit of its own client, or nonBlocking()"
					+ " if it never blocks)";
		}
		if (guarantee.status() == TimeoutGuarantee.Status.UNSAFE_TIMEOUT_MISSING) {
			return " (expected: transportTimeout(…) with the time limit of its own client)";
		}
		return " (expected: transportTimeout below timeout " + guarantee.sourceTimeout() + ", is "
				+ guarantee.transportTimeout() + ")";
	}

	/**
	 * Finds the form in which values travel to the shared tier.
	 * @param tier the tier
	 * @param options its options
	 * @return the settings, or null where there is no such form
	 */
	@Nullable TierSettings tier(SharedTier tier, SharedTierOptions options) {
		TierCodec chosen = options.codec();
		TierCodec codec = (chosen != null) ? chosen : DefaultTierCodec.find();
		if (codec == null) {
			this.faults.add("sharedTier: no codec, and no Jackson on the class path (expected: "
					+ "SharedTierOptions.builder().codec(…), or tools.jackson.core:jackson-databind)");
			return null;
		}
		return new TierSettings(tier, options, codec);
	}

	/**
	 * Takes what others have found.
	 * @param fault what is wrong
	 */
	void found(String fault) {
		this.faults.add(fault);
	}

	/**
	 * Ends the inspection.
	 * @throws IllegalArgumentException with all that was found, if anything was
	 */
	void end() {
		if (!this.faults.isEmpty()) {
			throw new IllegalArgumentException((this.faults.size() == 1) ? this.faults.getFirst()
					: this.faults.size() + " faults: " + String.join("; ", this.faults));
		}
	}

}
