package io.coalestra.internal.chain;

import java.util.List;

import io.coalestra.cache.DependencyVersion;
import io.coalestra.internal.flight.Flight;
import io.coalestra.key.ResourceKey;
import io.coalestra.source.BatchSource;
import io.coalestra.source.DerivedSource;
import io.coalestra.source.FetchContext;
import io.coalestra.source.SingleSource;
import org.jspecify.annotations.Nullable;

/**
 * What is called: a function of the application, with its arguments.
 */
sealed interface Operation {

	/**
	 * Calls the function.
	 * @param flights the flights that it serves
	 * @param context what it is told
	 * @return a payload for a single flight, a map for a batch
	 * @throws Exception whatever the function throws
	 */
	@Nullable Object call(List<Flight> flights, FetchContext context) throws Exception;

	record Single(SingleSource source) implements Operation {

		@Override
		public @Nullable Object call(List<Flight> flights, FetchContext context) throws Exception {
			return this.source.fetch(flights.getFirst().key(), context);
		}

	}

	record Batch(BatchSource source) implements Operation {

		@Override
		public @Nullable Object call(List<Flight> flights, FetchContext context) throws Exception {
			ResourceKey<?>[] keys = new ResourceKey<?>[flights.size()];
			for (int i = 0; i < keys.length; i++) {
				keys[i] = flights.get(i).key();
			}
			return this.source.fetch(List.of(keys), context);
		}

	}

	record Derive(DerivedSource source, DependencyValues values) implements Operation {

		@Override
		public @Nullable Object call(List<Flight> flights, FetchContext context) throws Exception {
			return this.source.derive(flights.getFirst().key(), this.values, context);
		}

		List<DependencyVersion> versions() {
			return this.values.versions();
		}

	}

}
