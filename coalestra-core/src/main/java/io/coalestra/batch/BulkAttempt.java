package io.coalestra.batch;

import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of a bulk function: asks, gives each caller its own, and measures. Whatever is
 * thrown becomes the callers' failure. Confined to one thread.
 */
final class BulkAttempt<K, V> {

	private static final Logger logger = LoggerFactory.getLogger(Batcher.class);

	private final Dispatch<K, V> dispatch;

	private final BatcherSettings<K, V> settings;

	private final Lane<K, V> lane;

	private @Nullable Replies<V> replies;

	private @Nullable BulkResult result;

	BulkAttempt(Dispatch<K, V> dispatch, Lane<K, V> lane) {
		this.dispatch = dispatch;
		this.settings = dispatch.settings;
		this.lane = lane;
	}

	void run(List<Call<K, V>> calls, BatchTrigger trigger, long since) {
		long begin = this.settings.time().monotonicNanos();
		Execution execution = Execution.enter(this.dispatch, calls);
		int keyCount = 0;
		Replies<V> answered;
		try {
			List<K> keys = this.lane.bulk.keysOf(calls);
			keyCount = keys.size();
			Answer<K, V> answer = ask(keys, calls, trigger);
			answered = new Replies<>(calls.size(), this.settings.options().missingIsError());
			answer.route(calls, answered);
			warnIfNoneMatched(answer, answered, calls.size());
		}
		catch (Throwable thrown) {
			// Errors too: callers wait, and an answer of any kind is owed to them.
			answered = Replies.allFailed(calls.size(), Failure.ofBulk(thrown));
		}
		finally {
			execution.leave();
		}
		long end = this.settings.time().monotonicNanos();
		conclude(answered, calls.size(), keyCount, trigger, begin - since, end - begin);
	}

	void fail(List<Call<K, V>> calls, BatchTrigger trigger, long since, Failure failure) {
		long now = this.settings.time().monotonicNanos();
		conclude(Replies.allFailed(calls.size(), failure), calls.size(), 0, trigger, now - since, 0);
	}

	/** Replaces what came of it: the callers have been told otherwise. */
	void overrule(Failure failure) {
		BulkResult known = result();
		conclude(Replies.allFailed(known.callers(), failure), known.callers(), known.keys(), known.trigger(),
				known.waitNanos(), known.durationNanos());
	}

	private Answer<K, V> ask(List<K> keys, List<Call<K, V>> calls, BatchTrigger trigger) throws Exception {
		BulkAround around = this.settings.around();
		if (around == null || this.lane.bulk instanceof InlineCall.ByLeader) {
			return this.lane.bulk.ask(keys, calls);
		}
		List<Object> captured = calls.stream().map((call) -> call.captured).filter(Objects::nonNull).toList();
		BulkCall call = new BulkCall(this.settings.name(), trigger, this.lane.group, calls.size(), captured);
		return Answer.present(around.around(call, () -> this.lane.bulk.ask(keys, calls)));
	}

	private void warnIfNoneMatched(Answer<K, V> answer, Replies<V> answered, int callers) {
		if (answered.absent() == callers && answer.hasEntries()
				&& this.dispatch.mismatchReported.compareAndSet(false, true)) {
			logger.warn("batcher \"{}\": the bulk call answered {} callers, and none of its keys is one of theirs; "
					+ "is the map keyed by another type? (said once)", this.settings.name(), callers);
		}
	}

	private void conclude(Replies<V> answered, int callers, int keys, BatchTrigger trigger, long wait, long duration) {
		Failure failure = answered.failure();
		Throwable cause = null;
		if (failure != null) {
			cause = (failure.cause() != null) ? failure.cause() : failure.toStackless(this.settings.name());
		}
		this.replies = answered;
		this.result = new BulkResult(trigger, callers, keys, wait, duration, answered.absent(), answered.failed(),
				cause);
	}

	BulkResult result() {
		return Objects.requireNonNull(this.result);
	}

	void deliver(List<Call<K, V>> calls) {
		Objects.requireNonNull(this.replies).deliver(calls, this.settings.name());
	}

	void report() {
		for (BatchListener listener : this.settings.listeners()) {
			try {
				listener.onBatch(result().toReport(this.settings.name()));
			}
			catch (Throwable thrown) {
				logger.warn("batcher \"{}\": a listener threw", this.settings.name(), thrown);
			}
		}
	}

}
