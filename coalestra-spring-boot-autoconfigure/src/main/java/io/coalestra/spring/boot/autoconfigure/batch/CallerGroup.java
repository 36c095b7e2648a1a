package io.coalestra.spring.boot.autoconfigure.batch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;

import io.coalestra.batch.BatcherBuilder;
import io.coalestra.batch.BulkAround;
import io.coalestra.batch.BulkCall;
import io.coalestra.spring.boot.batch.CallerContext;
import org.jspecify.annotations.Nullable;

/**
 * What callers have in common that share a bulk call.
 *
 * @param contexts the contexts, in the order in which they were configured
 */
record CallerGroup(List<@Nullable Object> contexts) {

	/**
	 * Groups the calls of a batcher, and runs its bulk calls with the group's contexts.
	 * @param contexts what groups
	 * @param builder the batcher's configuration
	 */
	static void apply(List<CallerContext> contexts, BatcherBuilder<?, ?> builder) {
		builder.groupingByCaller(() -> read(contexts));
		builder.around(new BulkAround() {

			@Override
			public <R> R around(BulkCall call, Callable<R> body) throws Exception {
				return callAs(contexts, of(call.group()), 0, body);
			}

		});
	}

	private static CallerGroup read(List<CallerContext> contexts) {
		List<@Nullable Object> values = new ArrayList<>(contexts.size());
		contexts.forEach((context) -> values.add(context.current()));
		return new CallerGroup(Collections.unmodifiableList(values));
	}

	// A customizer may have the keys group as well: then it is the second of two.
	private static CallerGroup of(@Nullable Object group) {
		if (group instanceof List<?> both && both.size() == 2 && both.get(1) instanceof CallerGroup second) {
			return second;
		}
		if (group instanceof CallerGroup alone) {
			return alone;
		}
		throw new IllegalStateException("group: " + group + " (expected: the callers' contexts)");
	}

	private static <R> R callAs(List<CallerContext> contexts, CallerGroup group, int from, Callable<R> body)
			throws Exception {
		if (from == contexts.size()) {
			return body.call();
		}
		return contexts.get(from).callAs(group.contexts().get(from), () -> callAs(contexts, group, from + 1, body));
	}

}
