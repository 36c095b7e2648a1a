package io.coalestra.spring.boot.context;

import java.util.Objects;
import java.util.function.Supplier;

import io.coalestra.spring.boot.reactive.ReactiveSnapshots;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import reactor.util.context.ContextView;

/**
 * Binds what a Reactor context carries by Micrometer's context propagation. Values for
 * which the context has nothing stay as they are on the thread. Immutable and safe for
 * concurrent use.
 */
public final class ReactorContextBinding implements ReactiveSnapshots.ContextBinding {

	private final ContextSnapshotFactory snapshots;

	/**
	 * Makes a binding.
	 * @param registry knows what can be bound to threads
	 */
	public ReactorContextBinding(ContextRegistry registry) {
		this.snapshots = ContextSnapshotFactory.builder()
			.contextRegistry(Objects.requireNonNull(registry, "registry"))
			.build();
	}

	@Override
	public <T> T call(ContextView context, Supplier<T> action) {
		ContextSnapshot.Scope scope = this.snapshots.setThreadLocalsFrom(context);
		try {
			return action.get();
		}
		finally {
			scope.close();
		}
	}

}
