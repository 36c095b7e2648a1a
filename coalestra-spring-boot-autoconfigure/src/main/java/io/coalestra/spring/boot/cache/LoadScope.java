package io.coalestra.spring.boot.cache;

import io.coalestra.source.ContextCarrier;
import org.jspecify.annotations.Nullable;

/**
 * Hands what a caller brings along to the one source of all caches: it is bound to the
 * caller's thread, and travels with the context of its build, also to a refresh in the
 * background. The engine so keeps it exactly as long as it may be called.
 */
final class LoadScope implements ContextCarrier {

	private static final ThreadLocal<@Nullable Load> CURRENT = new ThreadLocal<>();

	private final ContextCarrier application;

	LoadScope(ContextCarrier application) {
		this.application = application;
	}

	static @Nullable Load current() {
		return CURRENT.get();
	}

	/**
	 * Binds to the calling thread.
	 * @param load what is bound, or null for nothing
	 * @return ends the binding
	 */
	static Scope bind(@Nullable Load load) {
		Load before = CURRENT.get();
		set(load);
		return () -> set(before);
	}

	private static void set(@Nullable Load load) {
		if (load != null) {
			CURRENT.set(load);
		}
		else {
			CURRENT.remove();
		}
	}

	/**
	 * Captures only what the application carries, for a thread that takes the caller's
	 * place.
	 */
	Captured captureApplication() {
		return this.application.capture();
	}

	@Override
	public Captured capture() {
		Load load = CURRENT.get();
		Captured captured = this.application.capture();
		return new Captured() {

			@Override
			public Scope bind() {
				Scope outer = captured.bind();
				Scope inner = LoadScope.bind(load);
				return () -> {
					inner.close();
					outer.close();
				};
			}

			@Override
			public void run(Runnable call) {
				captured.run(() -> {
					Scope inner = LoadScope.bind(load);
					try {
						call.run();
					}
					finally {
						inner.close();
					}
				});
			}

		};
	}

}
