package io.coalestra.spring.boot.context;

import java.util.List;
import java.util.Objects;

import io.coalestra.source.ContextCarrier;

import org.springframework.core.task.TaskDecorator;

/**
 * A {@link ContextCarrier} for what {@link TaskDecorator}s carry: a call of a source is
 * decorated as a task of Spring's executors is. What a decorator makes when a build
 * leaves the warm path runs once for each call that the build causes, also at the same
 * time.
 *
 * <p>
 * Safe for concurrent use. What is to be run is bound to the thread of the call, for a
 * decorator decorates before it is known; it is there from just before the decorated task
 * runs until that asks for it.
 */
public final class TaskDecoratorCarrier implements ContextCarrier {

	private static final ThreadLocal<Runnable> CALL = new ThreadLocal<>();

	private final ContextCarrier carrier;

	private final List<TaskDecorator> decorators;

	/**
	 * Makes a carrier.
	 * @param carrier carries first
	 * @param decorators the decorators, the outermost first
	 */
	public TaskDecoratorCarrier(ContextCarrier carrier, List<TaskDecorator> decorators) {
		this.carrier = Objects.requireNonNull(carrier, "carrier");
		this.decorators = List.copyOf(decorators);
	}

	@Override
	public Captured capture() {
		Captured captured = this.carrier.capture();
		Runnable decorated = TaskDecoratorCarrier::runCall;
		for (TaskDecorator decorator : this.decorators.reversed()) {
			decorated = decorator.decorate(decorated);
		}
		Runnable task = decorated;
		return new Captured() {

			@Override
			public Scope bind() {
				return captured.bind();
			}

			@Override
			public void run(Runnable call) {
				captured.run(() -> runDecorated(task, call));
			}

		};
	}

	private static void runDecorated(Runnable task, Runnable call) {
		CALL.set(call);
		try {
			task.run();
		}
		finally {
			CALL.remove();
		}
	}

	private static void runCall() {
		Runnable call = CALL.get();
		if (call != null) {
			CALL.remove();
			call.run();
		}
	}

}
