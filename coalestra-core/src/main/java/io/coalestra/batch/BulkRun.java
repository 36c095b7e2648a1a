package io.coalestra.batch;

import java.util.List;

import io.coalestra.batch.BatchException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Runs the bulk call of one batch on the executor's thread and answers its callers.
 *
 * <p>
 * Its permit goes back when the bulk call has truly ended, also after a timeout, and
 * before the callers are answered: their dependent stages do not keep it.
 */
final class BulkRun<K, V> implements Runnable {

	private final Dispatch<K, V> dispatch;

	private final Batch<K, V> batch;

	// Written by the bulk call's thread, but expired: by who watches the time.
	private volatile List<Call<K, V>> calls = List.of();

	private volatile boolean over;

	private volatile @Nullable Failure expired;

	BulkRun(Dispatch<K, V> dispatch, Batch<K, V> batch) {
		this.dispatch = dispatch;
		this.batch = batch;
	}

	@Override
	public void run() {
		BulkAttempt<K, V> attempt = new BulkAttempt<>(this.dispatch, this.batch.lane);
		List<Call<K, V>> started = this.dispatch.gathering.start(this.batch);
		if (started.isEmpty()) {
			this.dispatch.followElsewhere(this.dispatch.gathering.ended(this.batch, null));
			return;
		}
		this.calls = started;
		this.dispatch.watch(this);
		this.batch.gate.enter();
		try {
			attempt.run(started, this.batch.trigger, this.batch.openedAt);
		}
		catch (Throwable unexpected) {
			attempt.fail(started, this.batch.trigger, this.batch.openedAt, Failure.ofBulk(unexpected));
		}
		finally {
			this.batch.gate.leave();
			this.over = true;
			finish(attempt, started);
		}
	}

	/** Answers for an executor that did not take the bulk call. */
	void reject(Throwable refusal) {
		BulkAttempt<K, V> attempt = new BulkAttempt<>(this.dispatch, this.batch.lane);
		List<Call<K, V>> started = this.dispatch.gathering.start(this.batch);
		this.over = true;
		attempt.fail(started, this.batch.trigger, this.batch.openedAt,
				new Failure(Reason.NOT_EXECUTED, "the executor did not take the bulk call: " + refusal, refusal));
		finish(attempt, started);
	}

	private void finish(BulkAttempt<K, V> attempt, List<Call<K, V>> started) {
		Failure timeout = this.expired;
		if (timeout != null) {
			attempt.overrule(timeout);
		}
		this.dispatch.followElsewhere(this.dispatch.gathering.ended(this.batch, attempt.result()));
		attempt.deliver(started);
		attempt.report();
	}

	/** Whether one of its callers makes the bulk call. */
	boolean isLed() {
		return this.batch.lane.bulk instanceof InlineCall.ByLeader;
	}

	boolean isOver() {
		return this.over;
	}

	/** Fails the callers and interrupts the bulk call, because it takes too long. */
	void expire() {
		if (this.over) {
			return;
		}
		String name = this.dispatch.settings.name();
		Failure failure = Failure.of(Reason.BULK_TIMEOUT,
				"the bulk call took longer than " + this.dispatch.settings.bulkTimeout());
		this.expired = failure;
		this.calls.forEach((call) -> call.fail(name, failure));
		this.batch.gate.interrupt();
	}

}
