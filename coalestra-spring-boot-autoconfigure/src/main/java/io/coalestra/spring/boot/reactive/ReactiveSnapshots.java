package io.coalestra.spring.boot.reactive;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

import io.coalestra.key.ResourceKey;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.snapshot.SnapshotResult;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * Makes snapshots for reactive callers: nothing blocks, what the Reactor context carries
 * reaches the calls of sources, and a subscriber who cancels gives up on the build.
 *
 * <p>
 * Each subscription is a build of its own. A failed one is an error of the same type that
 * {@link SnapshotBuilder#build} throws. Immutable and safe for concurrent use.
 */
public final class ReactiveSnapshots {

	private final SnapshotBuilder builder;

	private final ContextBinding binding;

	/**
	 * Makes one.
	 * @param builder makes the snapshots
	 * @param binding binds what a Reactor context carries to the thread on which a build
	 * begins
	 */
	public ReactiveSnapshots(SnapshotBuilder builder, ContextBinding binding) {
		this.builder = Objects.requireNonNull(builder, "builder");
		this.binding = Objects.requireNonNull(binding, "binding");
	}

	/**
	 * Makes a snapshot.
	 * @param request what is asked for
	 * @return the snapshot to come
	 */
	public Mono<Snapshot> build(SnapshotRequest request) {
		Objects.requireNonNull(request, "request");
		return begin((asked) -> asked.buildAsync(request));
	}

	/**
	 * Makes a snapshot of required keys.
	 * @param keys the keys, at least one
	 * @return the snapshot to come
	 */
	public Mono<Snapshot> build(ResourceKey<?>... keys) {
		return build(SnapshotRequest.require(keys));
	}

	/**
	 * Makes a snapshot, and says what it came to instead of failing.
	 * @param request what is asked for
	 * @return the result to come
	 */
	public Mono<SnapshotResult> tryBuild(SnapshotRequest request) {
		Objects.requireNonNull(request, "request");
		return begin((asked) -> asked.tryBuildAsync(request));
	}

	private <T> Mono<T> begin(Function<SnapshotBuilder, CompletableFuture<T>> build) {
		return Mono
			.deferContextual((context) -> Mono.fromFuture(this.binding.call(context, () -> build.apply(this.builder))));
	}

	/**
	 * Binds what a Reactor context carries to the calling thread.
	 */
	public interface ContextBinding {

		/**
		 * Binds nothing.
		 */
		ContextBinding NONE = new ContextBinding() {

			@Override
			public <T> T call(ContextView context, Supplier<T> action) {
				return action.get();
			}

		};

		/**
		 * Calls something with what a context carries.
		 * @param <T> the answer's type
		 * @param context the context of a subscriber
		 * @param action what is called, on this thread
		 * @return its answer
		 */
		<T> T call(ContextView context, Supplier<T> action);

	}

}
