package io.coalestra.collections.flush;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

import io.coalestra.time.TimeSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last flush.
 *
 * <p>
 * It runs on the executor, so that the time limit holds also while a store does not
 * answer; whoever closes waits for {@code ended}, which is opened when everything is
 * stored, or when the limit has passed. {@code over} is written once the limit has passed
 * and ends the attempts.
 */
final class Shutdown {

	private static final Logger logger = LoggerFactory.getLogger(Shutdown.class);

	private final FlushSettings settings;

	private final FlushJournal journal;

	private final PendingWrites pending;

	private final Flusher flusher;

	private final CountDownLatch ended = new CountDownLatch(1);

	private final AtomicReference<FlushResult> last = new AtomicReference<>(FlushResult.NOTHING);

	private volatile boolean over;

	Shutdown(FlushSettings settings, FlushJournal journal, PendingWrites pending, Flusher flusher) {
		this.settings = settings;
		this.journal = journal;
		this.pending = pending;
		this.flusher = flusher;
	}

	FlushResult run(Duration limit) {
		if (!this.pending.close()) {
			return FlushResult.NOTHING;
		}
		TimeSource.Timer alarm = this.settings.time().schedule(this::limitReached, TimeSource.toNanos(limit));
		try {
			this.settings.executor().execute(this::attempt);
			this.ended.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.over = true;
			alarm.cancel();
		}
		return finish();
	}

	private void limitReached() {
		this.over = true;
		this.ended.countDown();
	}

	private void attempt() {
		if (this.over) {
			return;
		}
		try {
			FlushResult result = this.flusher.flush((owner) -> true, Flusher.Patience.TRIES);
			this.last.updateAndGet((before) -> before.and(result));
			if (result.left() == 0) {
				this.ended.countDown();
				return;
			}
		}
		catch (RuntimeException ex) {
			logger.error("The last flush failed, and is tried again", ex);
		}
		this.settings.time()
			.schedule(() -> this.settings.executor().execute(this::attempt),
					TimeSource.toNanos(this.settings.backoff().first()));
	}

	private FlushResult finish() {
		FlushResult result = this.last.get();
		int left = this.pending.all().size();
		if (left > 0 && this.journal.isPresent()) {
			logger.warn("{} writes were not stored in time; they are in the journal", left);
		}
		else if (left > 0) {
			logger.error("{} writes were not stored in time, and are given up", left);
			int given = this.flusher.giveUp(new IllegalStateException("the application stopped before it was stored"));
			result = result.and(new FlushResult(0, 0, 0, given, left - given, List.of(), null));
		}
		this.journal.close();
		return result.leaving(this.pending.all().size());
	}

}
