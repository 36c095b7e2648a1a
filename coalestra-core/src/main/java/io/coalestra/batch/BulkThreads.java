package io.coalestra.batch;

import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

import org.jspecify.annotations.Nullable;

/**
 * Where bulk calls run: on virtual threads of the batcher's own, or on an executor of the
 * user's, which may run them on the very thread that hands them over.
 *
 * <p>
 * That may be the thread of a caller who filled a batch or flushed. It must not be that
 * of the timer, which is everybody's, nor that of a bulk call whose callers wait for
 * their answers: from there, a bulk call is handed over by a thread made for it.
 */
final class BulkThreads {

	private final @Nullable Executor executor;

	private final ThreadFactory own;

	private BulkThreads(String batcher, @Nullable Executor executor) {
		this.executor = executor;
		this.own = Thread.ofVirtual().name("coalestra-batch-" + batcher).factory();
	}

	static BulkThreads own(String batcher) {
		return new BulkThreads(batcher, null);
	}

	static BulkThreads of(String batcher, Executor executor) {
		return new BulkThreads(batcher, executor);
	}

	/** Starts a bulk call, perhaps on the current thread. */
	void start(BulkRun<?, ?> run) {
		if (this.executor == null) {
			startOwn(run);
		}
		else {
			handOver(run, this.executor);
		}
	}

	/** Starts a bulk call, and surely not on the current thread. */
	void startElsewhere(BulkRun<?, ?> run) {
		Executor others = this.executor;
		startOwn((others == null) ? run : () -> handOver(run, others));
	}

	private void startOwn(Runnable task) {
		this.own.newThread(task).start();
	}

	private static void handOver(BulkRun<?, ?> run, Executor executor) {
		try {
			executor.execute(run);
		}
		catch (Throwable refusal) {
			// A permit and callers hang on this batch, whatever kept it from starting.
			// The current thread may be a caller's: not one to complete futures.
			Thread.startVirtualThread(() -> run.reject(refusal));
		}
	}

}
