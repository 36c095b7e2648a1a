package io.coalestra.test;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.coalestra.Coalestra;
import io.coalestra.key.ResourceKey;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuildException;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.time.SteerableTimeSource;

/**
 * A builder on a bench: time stands still until it is advanced, and nothing runs but on
 * the test's own thread. What a test sees is the same each time.
 *
 * <pre>{@code
 * try (CoalestraBench bench = CoalestraBench.of((coalestra) -> coalestra.source(exchange.asSource()))) {
 *     Snapshot snapshot = bench.build(BTC);
 *     bench.advance(Duration.ofSeconds(2));
 * }
 * }</pre>
 *
 * For the test's thread alone. Closing it closes the builder, and fails the test if a
 * read or a call is left.
 */
public final class CoalestraBench implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private final SteerableTimeSource time = new SteerableTimeSource();

	private final SteerableExecutor executor = new SteerableExecutor();

	private final SnapshotBuilder builder;

	private CoalestraBench(Consumer<Coalestra> configuration) {
		Coalestra coalestra = Coalestra.builder().timeSource(this.time).executor(this.executor);
		configuration.accept(coalestra);
		this.builder = coalestra.build();
	}

	/**
	 * Makes a bench.
	 * @param configuration configures the builder; its time and its executor are set
	 * @return the bench
	 */
	public static CoalestraBench of(Consumer<Coalestra> configuration) {
		return new CoalestraBench(configuration);
	}

	/**
	 * Returns the builder. A blocking build of it that is not warm would wait for ever:
	 * build on the bench, or by {@link SnapshotBuilder#buildAsync}.
	 * @return the builder
	 */
	public SnapshotBuilder builder() {
		return this.builder;
	}

	/**
	 * Returns the time.
	 * @return the time source
	 */
	public SteerableTimeSource time() {
		return this.time;
	}

	/**
	 * Returns what runs the calls of sources.
	 * @return the executor
	 */
	public SteerableExecutor executor() {
		return this.executor;
	}

	/**
	 * Makes a snapshot of required keys, running every step.
	 * @param keys the keys
	 * @return the snapshot
	 * @throws SnapshotBuildException if a key has no value
	 * @throws AssertionError if the build waits for time to pass
	 */
	public Snapshot build(ResourceKey<?>... keys) {
		return build(SnapshotRequest.require(keys));
	}

	/**
	 * Makes a snapshot, running every step.
	 * @param request what is asked for
	 * @return the snapshot
	 * @throws SnapshotBuildException if a required key has no value
	 * @throws AssertionError if the build waits for time to pass
	 */
	public Snapshot build(SnapshotRequest request) {
		return finish(this.builder.buildAsync(request));
	}

	/**
	 * Runs every step, and answers with what a build came to. While the executor refuses
	 * steps, it waits up to ten seconds for the thread on which the build ends then.
	 * @param build a build that was begun
	 * @return the snapshot
	 * @throws SnapshotBuildException if a required key has no value
	 * @throws AssertionError if the build waits for time to pass
	 */
	public Snapshot finish(CompletableFuture<Snapshot> build) {
		this.executor.runAll();
		if (!hasEnded(build)) {
			throw new AssertionError("the build waits for time to pass (expected: it to end; advance the time, as for"
					+ " a retry, before finish(...))");
		}
		try {
			return build.join();
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof SnapshotBuildException failure) {
				throw failure;
			}
			throw ex;
		}
	}

	// While the executor refuses, a build ends on a thread of its builder's own, which
	// may
	// be behind.
	private boolean hasEnded(CompletableFuture<?> build) {
		if (!this.executor.isShutdown()) {
			return build.isDone();
		}
		return build.handle((snapshot, failure) -> true)
			.completeOnTimeout(false, PATIENCE.toSeconds(), TimeUnit.SECONDS)
			.join();
	}

	/**
	 * Runs every step, lets time pass, and runs every step that this brought.
	 * @param span how long
	 */
	public void advance(Duration span) {
		this.executor.runAll();
		this.time.advance(span);
		this.executor.runAll();
	}

	@Override
	public void close() {
		this.executor.accept();
		this.executor.runAll();
		try {
			CoalestraAssertions.assertThat(this.builder.health()).hasNothingInProgress();
		}
		finally {
			this.builder.close();
			this.executor.runAll();
		}
	}

}
