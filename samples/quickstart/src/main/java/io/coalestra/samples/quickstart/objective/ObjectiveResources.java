package io.coalestra.samples.quickstart.objective;

import java.util.Arrays;
import java.util.List;

import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;

/**
 * What can be asked about objectives.
 */
public final class ObjectiveResources {

	/** What is to be achieved; {@code OBJECTIVE.key(indicator.id())}. */
	public static final ResourceType<Objective> OBJECTIVE = ResourceType.of("objective", "definition", Objective.class);

	/** Whether it is; {@code OUTCOME.key(indicator.id())}. */
	public static final ResourceType<Outcome> OUTCOME = ResourceType.of("objective", "outcome", Outcome.class);

	private ObjectiveResources() {
	}

	/**
	 * Returns the keys of all objectives and of their outcomes.
	 * @return the keys, in the order of the indicators
	 */
	public static List<ResourceKey<?>> keys() {
		return Arrays.stream(Indicator.values()).map(Indicator::id).<ResourceKey<?>>mapMulti((id, keys) -> {
			keys.accept(OBJECTIVE.key(id));
			keys.accept(OUTCOME.key(id));
		}).toList();
	}

}
