package io.coalestra.samples.quickstart.objective;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.coalestra.key.ResourceKey;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static io.coalestra.samples.quickstart.objective.ObjectiveResources.OBJECTIVE;
import static io.coalestra.samples.quickstart.objective.ObjectiveResources.OUTCOME;

/**
 * The source of objectives, and whether they are met.
 */
@Configuration(proxyBeanMethods = false)
class ObjectiveSources {

	/** One query for all the objectives that anybody asks for at the same time. */
	@Bean
	Source objectiveSource(ObjectiveTable table) {
		return Source.batch("objectives", OBJECTIVE, (keys, context) -> read(table, keys))
			.transportTimeout(ObjectiveTable.TIMEOUT)
			.build();
	}

	/** Depends on two things: what is to be achieved, and what is measured. */
	@Bean
	Source outcomeSource() {
		return Source.derived("outcome", OUTCOME, (key) -> {
			Indicator indicator = Indicator.of(key.subject());
			return List.of(OBJECTIVE.key(indicator.id()), indicator.measured());
		}, (key, values) -> {
			Indicator indicator = Indicator.of(key.subject());
			return Outcome.of(values.get(OBJECTIVE.key(indicator.id())), indicator.read(values), indicator.unit());
		}).build();
	}

	// A row that is not in the table is known not to exist.
	private static Map<ResourceKey<Objective>, Payload<Objective>> read(ObjectiveTable table,
			List<ResourceKey<Objective>> keys) throws InterruptedException {
		Map<ResourceKey<Objective>, Payload<Objective>> answers = new HashMap<>();
		keys.forEach((key) -> answers.put(key, Payload.absent()));
		for (Objective row : table.findAll(keys.stream().map(ResourceKey::subject).toList())) {
			answers.put(OBJECTIVE.key(row.indicator()), Payload.of(row));
		}
		return answers;
	}

}
