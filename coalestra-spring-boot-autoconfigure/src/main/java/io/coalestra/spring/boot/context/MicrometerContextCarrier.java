package io.coalestra.spring.boot.context;

import java.util.Set;
import java.util.function.Predicate;

import io.coalestra.source.ContextCarrier;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.context.integration.Slf4jThreadLocalAccessor;

/**
 * A {@link ContextCarrier} for everything that is registered with Micrometer's context
 * propagation, and for the log context (MDC), which is not by itself. Immutable and safe
 * for concurrent use.
 */
public final class MicrometerContextCarrier implements ContextCarrier {

	private final ContextSnapshotFactory registered;

	private final ContextSnapshotFactory logContext;

	private final ContextRegistry registry;

	private final Predicate<Object> wanted;

	/**
	 * Makes a carrier.
	 * @param registry knows what can be bound to threads
	 * @param excludedKeys the keys of what is not carried
	 */
	public MicrometerContextCarrier(ContextRegistry registry, Set<String> excludedKeys) {
		Set<String> excluded = Set.copyOf(excludedKeys);
		this.registry = registry;
		this.wanted = (key) -> !(key instanceof String name && excluded.contains(name));
		this.registered = factory(registry);
		this.logContext = factory(new ContextRegistry().registerThreadLocalAccessor(new Slf4jThreadLocalAccessor()));
	}

	private ContextSnapshotFactory factory(ContextRegistry source) {
		return ContextSnapshotFactory.builder().contextRegistry(source).captureKeyPredicate(this.wanted).build();
	}

	@Override
	public Captured capture() {
		ContextSnapshot all = this.registered.captureAll();
		if (isLogContextRegistered()) {
			return () -> all.setThreadLocals()::close;
		}
		ContextSnapshot log = this.logContext.captureAll();
		return () -> {
			ContextSnapshot.Scope outer = all.setThreadLocals();
			ContextSnapshot.Scope inner = log.setThreadLocals();
			return () -> {
				inner.close();
				outer.close();
			};
		};
	}

	// Asked each time, since an application may register it late.
	private boolean isLogContextRegistered() {
		return this.registry.getThreadLocalAccessors()
			.stream()
			.anyMatch((accessor) -> Slf4jThreadLocalAccessor.KEY.equals(accessor.key()));
	}

}
