package io.coalestra.source;

/**
 * Carries what is bound to the thread of a build, such as a log context, a trace or a
 * security context, to the calls of sources that the build causes.
 *
 * <p>
 * A call that serves several builds has the context of the one that caused it, as its
 * {@link FetchContext} has. A source whose answer depends on who asks therefore needs
 * that in its keys, for otherwise one asker's answer reaches another. Safe for concurrent
 * use.
 */
@FunctionalInterface
public interface ContextCarrier {

	/**
	 * Carries nothing, at no cost.
	 */
	ContextCarrier NONE = () -> () -> () -> {
	};

	/**
	 * Captures the context. Called on the thread of a build, once, when it leaves the
	 * warm path; what it throws fails the build.
	 * @return what was captured
	 */
	Captured capture();

	/**
	 * A captured context. May be bound to several threads at a time.
	 */
	@FunctionalInterface
	interface Captured {

		/**
		 * Binds the context to the calling thread. What it throws fails the call.
		 * @return ends the binding, on the same thread
		 */
		Scope bind();

		/**
		 * Runs a call of a source in the context: once, on the calling thread. What it
		 * throws beside what the call throws fails the call.
		 * @param call the call, which throws nothing
		 */
		default void run(Runnable call) {
			Scope scope = bind();
			try {
				call.run();
			}
			finally {
				scope.close();
			}
		}

	}

	/**
	 * A binding of a context to a thread.
	 */
	@FunctionalInterface
	interface Scope extends AutoCloseable {

		/**
		 * Ends the binding: the thread has what it had before.
		 */
		@Override
		void close();

	}

}
