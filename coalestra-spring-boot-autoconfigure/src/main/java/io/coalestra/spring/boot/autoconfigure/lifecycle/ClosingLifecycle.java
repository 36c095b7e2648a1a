package io.coalestra.spring.boot.autoconfigure.lifecycle;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;

/**
 * Closes something when the application ends: after the web server has let its last
 * requests go, and while everything that it uses is still there.
 *
 * <p>
 * What is closed cannot be opened again, so a context that is merely stopped or paused,
 * and may be started again, leaves it open.
 */
public abstract class ClosingLifecycle implements SmartLifecycle, ApplicationListener<ContextClosedEvent> {

	private static final Logger logger = LoggerFactory.getLogger(ClosingLifecycle.class);

	private final String what;

	private final int phase;

	private final ApplicationContext context;

	private volatile boolean running;

	private volatile boolean closing;

	/**
	 * Makes a lifecycle.
	 * @param what what is closed, for the log
	 * @param phase when it is closed: lower phases are stopped later
	 * @param context the application
	 */
	protected ClosingLifecycle(String what, int phase, ApplicationContext context) {
		this.what = what;
		this.phase = phase;
		this.context = context;
	}

	/**
	 * Closes it, once, on a thread that may wait.
	 */
	protected abstract void close();

	@Override
	public final void onApplicationEvent(ContextClosedEvent event) {
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
			close();
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
				logger.warn("{} did not close cleanly", this.what, ex);
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
		return this.phase;
	}

}
