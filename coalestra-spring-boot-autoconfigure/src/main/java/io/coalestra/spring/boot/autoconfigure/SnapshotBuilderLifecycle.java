package io.coalestra.spring.boot.autoconfigure;

import io.coalestra.snapshot.CloseOptions;
import io.coalestra.snapshot.SnapshotBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;

/**
 * Closes the snapshot builder when the application ends: after the web server has let its
 * last requests go, and while everything that sources use is still there.
 *
 * <p>
 * A closed builder cannot be opened again, so a context that is merely stopped or paused,
 * and may be started again, leaves it open.
 */
final class SnapshotBuilderLifecycle implements SmartLifecycle, ApplicationListener<ContextClosedEvent> {

	/**
	 * Below the phases in which a web server drains (1024 below the default) and stops
	 * (2048 below it); lower phases are stopped later.
	 */
	static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 4096;

	private static final Logger logger = LoggerFactory.getLogger(SnapshotBuilderLifecycle.class);

	private final SnapshotBuilder builder;

	private final CloseOptions options;

	private final ApplicationContext context;

	private volatile boolean running;

	private volatile boolean closing;

	SnapshotBuilderLifecycle(SnapshotBuilder builder, CloseOptions options, ApplicationContext context) {
		this.builder = builder;
		this.options = options;
		this.context = context;
	}

	@Override
	public void onApplicationEvent(ContextClosedEvent event) {
		// Events of child contexts come by as well.
		if (event.getApplicationContext().equals(this.context)) {
			this.closing = true;
		}
	}

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
		if (this.closing) {
			// What is left is in the log.
			this.builder.close(this.options);
		}
	}

	@Override
	public void stop(Runnable callback) {
		if (!this.closing) {
			stop();
			callback.run();
			return;
		}
		// On a thread of its own, so that the limit of the shutdown phase holds also if a
		// source does not let go.
		Thread.ofVirtual().name("coalestra-close").start(() -> {
			try {
				stop();
			}
			catch (RuntimeException ex) {
				logger.warn("The snapshot builder did not close cleanly", ex);
			}
			finally {
				callback.run();
			}
		});
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
