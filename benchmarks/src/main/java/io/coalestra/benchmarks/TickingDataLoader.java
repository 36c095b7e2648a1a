package io.coalestra.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.Function;

import org.dataloader.DataLoader;
import org.dataloader.DataLoaderFactory;
import org.dataloader.DataLoaderOptions;
import org.dataloader.registries.DispatchPredicate;
import org.dataloader.registries.ScheduledDataLoaderRegistry;

/**
 * A data loader that nobody needs to dispatch: java-dataloader's scheduled registry does,
 * at every tick of ten milliseconds. Bulk calls have virtual threads of their own; the
 * loader caches nothing. Safe for concurrent use.
 */
final class TickingDataLoader implements AutoCloseable {

	private static final Duration TICK = Duration.ofMillis(10);

	private final Executor threads = Executors.newVirtualThreadPerTaskExecutor();

	private final DataLoader<Integer, Integer> loader;

	private final ScheduledDataLoaderRegistry registry;

	TickingDataLoader(Function<List<Integer>, Map<Integer, Integer>> source) {
		this.loader = DataLoaderFactory.newMappedDataLoader(
				(keys) -> CompletableFuture.supplyAsync(() -> source.apply(List.copyOf(keys)), this.threads),
				DataLoaderOptions.newOptions().setMaxBatchSize(100).setCachingEnabled(false).build());
		this.registry = ScheduledDataLoaderRegistry.newScheduledRegistry()
			.register("ticking", this.loader)
			.dispatchPredicate(DispatchPredicate.DISPATCH_ALWAYS)
			.schedule(TICK)
			.tickerMode(true)
			.build();
		// The first dispatch starts the ticks.
		this.registry.dispatchAll();
	}

	CompletableFuture<Integer> ask(Integer key) {
		return this.loader.load(key);
	}

	@Override
	public void close() {
		this.registry.close();
	}

}
