package io.coalestra.spring.boot.autoconfigure.lifecycle;

import java.util.function.Supplier;

import io.coalestra.snapshot.CloseOptions;
import io.coalestra.snapshot.SnapshotBuilder;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Closes the snapshot builder when the application ends.
 */
public final class SnapshotBuilderLifecycle extends ClosingLifecycle {

	/**
	 * Below the phases in which a web server drains (1024 below the default) and stops
	 * (2048 below it); lower phases are stopped later.
	 */
	public static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 4096;

	private final Supplier<@Nullable SnapshotBuilder> builder;

	private final CloseOptions options;

	/**
	 * Makes the lifecycle of a builder.
	 * @param builder what is closed
	 * @param options how long each step may take
	 * @param context the application
	 */
	public SnapshotBuilderLifecycle(SnapshotBuilder builder, CloseOptions options, ApplicationContext context) {
		this(() -> builder, options, context);
	}

	/**
	 * Makes the lifecycle of a builder that perhaps is never made.
	 * @param builder asked at the end for what is closed; gives null where there is none
	 * @param options how long each step may take
	 * @param context the application
	 */
	public SnapshotBuilderLifecycle(Supplier<@Nullable SnapshotBuilder> builder, CloseOptions options,
			ApplicationContext context) {
		super("The snapshot builder", PHASE, context);
		this.builder = builder;
		this.options = options;
	}

	@Override
	protected void close() {
		SnapshotBuilder made = this.builder.get();
		if (made != null) {
			// What is left is in the log.
			made.close(this.options);
		}
	}

}
