package io.coalestra.spring.boot.autoconfigure.lifecycle;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.coalestra.snapshot.CloseOptions;
import io.coalestra.snapshot.CloseReport;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.spring.boot.StubSnapshotBuilder;
import org.junit.jupiter.api.Test;

import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.support.GenericApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When the builder is closed.
 */
class SnapshotBuilderLifecycleTests {

	private final List<String> ends = new ArrayList<>();

	private final StubSnapshotBuilder builder = new StubSnapshotBuilder() {

		@Override
		public CloseReport close(CloseOptions options) {
			SnapshotBuilderLifecycleTests.this.ends.add("builder");
			return super.close(options);
		}

	};

	private final GenericApplicationContext context = context();

	@Test
	void closingTheContextClosesTheBuilder() {
		this.context.refresh();
		this.context.close();
		assertThat(this.ends).containsExactly("builder");
	}

	@Test
	void theBuilderIsClosedBeforeAnyBeanIsDestroyed() {
		this.context.registerBean("client", AutoCloseable.class, () -> () -> this.ends.add("client"));
		this.context.refresh();
		this.context.close();
		assertThat(this.ends).containsExactly("builder", "client");
	}

	@Test
	void theBuilderIsClosedAfterTheWebServerHasStopped() {
		assertThat(SnapshotBuilderLifecycle.PHASE).isLessThan(WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE)
			.isLessThan(WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE);
	}

	@Test
	void aContextThatIsStoppedAndStartedAgainKeepsItsBuilder() {
		this.context.refresh();
		this.context.stop();
		this.context.start();
		assertThat(this.builder.isClosed()).isFalse();
		assertThat(this.context.getBean(SnapshotBuilderLifecycle.class).isRunning()).isTrue();
		this.context.close();
		assertThat(this.builder.isClosed()).isTrue();
	}

	@Test
	void theEndOfAChildContextIsNotOurs() {
		this.context.refresh();
		GenericApplicationContext child = new GenericApplicationContext(this.context);
		child.refresh();
		child.close();
		this.context.stop();
		assertThat(this.builder.isClosed()).isFalse();
		this.context.close();
	}

	@Test
	void aCloseThatHangsDoesNotHoldTheShutdown() throws InterruptedException {
		CountDownLatch letGo = new CountDownLatch(1);
		SnapshotBuilder hanging = new StubSnapshotBuilder() {

			@Override
			public CloseReport close(CloseOptions options) {
				try {
					letGo.await();
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
				return super.close(options);
			}

		};
		SnapshotBuilderLifecycle lifecycle = new SnapshotBuilderLifecycle(hanging, CloseOptions.DEFAULT, this.context);
		lifecycle.start();
		lifecycle.onApplicationEvent(new ContextClosedEvent(this.context));
		CountDownLatch stopped = new CountDownLatch(1);
		lifecycle.stop(stopped::countDown);
		assertThat(stopped.getCount()).isOne();
		letGo.countDown();
		assertThat(stopped.await(1, TimeUnit.MINUTES)).isTrue();
	}

	@Test
	void aCloseThatFailsEndsTheShutdownAllTheSame() throws InterruptedException {
		SnapshotBuilder failing = new StubSnapshotBuilder() {

			@Override
			public CloseReport close(CloseOptions options) {
				throw new IllegalStateException("for the test");
			}

		};
		SnapshotBuilderLifecycle lifecycle = new SnapshotBuilderLifecycle(failing, CloseOptions.DEFAULT, this.context);
		lifecycle.onApplicationEvent(new ContextClosedEvent(this.context));
		CountDownLatch stopped = new CountDownLatch(1);
		lifecycle.stop(stopped::countDown);
		assertThat(stopped.await(1, TimeUnit.MINUTES)).isTrue();
	}

	private GenericApplicationContext context() {
		GenericApplicationContext made = new GenericApplicationContext();
		made.registerBean(SnapshotBuilderLifecycle.class,
				() -> new SnapshotBuilderLifecycle(this.builder, CloseOptions.DEFAULT, made));
		return made;
	}

}
