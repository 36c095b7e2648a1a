package io.coalestra.collections.flush;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import io.coalestra.collections.option.FlushStrategy;
import io.coalestra.collections.store.StoreException;
import org.junit.jupiter.api.Test;

import static io.coalestra.collections.flush.FlushFixture.ORDERS;
import static io.coalestra.collections.flush.FlushFixture.row;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of pending writes when the application stops.
 */
class ClosingTests {

	@Test
	void closingTriesUntilItsLimitAndThenGivesUpWithAReport() {
		FlushFixture fixture = new FlushFixture();
		WriteBehind.Buffer orders = fixture.open(ORDERS, FlushStrategy.ON_SHUTDOWN);
		orders.accept(fixture.create(row(ORDERS, 1, "a")));
		fixture.store.fail(StoreException.Reason.UNAVAILABLE);
		CompletableFuture<FlushResult> closing = CompletableFuture
			.supplyAsync(() -> fixture.writes.close(Duration.ofSeconds(10)));
		BufferTests.await(() -> fixture.writes.statistics().failures() > 0);
		while (!closing.isDone()) {
			fixture.time.advance(Duration.ofMillis(100));
		}
		FlushResult result = closing.join();
		assertThat(result.dropped()).isEqualTo(1);
		assertThat(fixture.deadLetters).hasSize(1);
		assertThat(fixture.writes.statistics().closed()).isTrue();
		assertThat(fixture.writes.close(Duration.ZERO)).isEqualTo(FlushResult.NOTHING);
	}

	@Test
	void closingStoresWhenTheStoreComesBackInTime() {
		FlushFixture fixture = new FlushFixture();
		fixture.open(ORDERS, FlushStrategy.ON_SHUTDOWN).accept(fixture.create(row(ORDERS, 1, "a")));
		fixture.store.fail(StoreException.Reason.UNAVAILABLE);
		CompletableFuture<FlushResult> closing = CompletableFuture
			.supplyAsync(() -> fixture.writes.close(Duration.ofDays(1)));
		BufferTests.await(() -> fixture.writes.statistics().failures() > 0);
		fixture.store.heal();
		// Step by step, so that the limit does not pass before the next try has its turn.
		BufferTests.await(() -> {
			fixture.time.advance(Duration.ofMillis(100));
			return closing.isDone();
		});
		assertThat(closing.join().stored()).isEqualTo(1);
		assertThat(fixture.content(ORDERS, 1)).isEqualTo("a");
		assertThat(fixture.deadLetters).isEmpty();
	}

	@Test
	void closingDoesNotWaitForAStoreThatHangs() {
		AtomicReference<Runnable> meanwhile = new AtomicReference<>();
		AtomicBoolean interrupted = new AtomicBoolean();
		FlushFixture fixture = new FlushFixture(
				(options) -> options.executor((task) -> Thread.ofVirtual().start(task)));
		WriteBehind.Buffer orders = fixture.open("orders", ORDERS, FlushStrategy.ON_SHUTDOWN,
				new InterposedStore(fixture.store, meanwhile));
		orders.accept(fixture.create(row(ORDERS, 1, "a")));
		meanwhile.set(() -> {
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				interrupted.set(true);
				throw new StoreException("memory", StoreException.Reason.UNAVAILABLE, "interrupted", ex);
			}
		});
		CompletableFuture<FlushResult> closing = CompletableFuture
			.supplyAsync(() -> fixture.writes.close(Duration.ofSeconds(1)));
		BufferTests.await(() -> meanwhile.get() == null);
		while (!closing.isDone()) {
			fixture.time.advance(Duration.ofMillis(100));
		}
		assertThat(closing.join().left()).isEqualTo(1);
		assertThat(fixture.deadLetters).hasSize(1);
		BufferTests.await(interrupted::get);
	}

}
