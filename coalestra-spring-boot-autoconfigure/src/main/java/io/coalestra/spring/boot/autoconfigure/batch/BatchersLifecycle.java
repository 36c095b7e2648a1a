package io.coalestra.spring.boot.autoconfigure.batch;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.coalestra.batch.Batcher;
import io.coalestra.spring.boot.autoconfigure.lifecycle.ClosingLifecycle;
import io.coalestra.spring.boot.autoconfigure.lifecycle.SnapshotBuilderLifecycle;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationContext;

/**
 * Closes the batchers when the application ends, side by side: what gathers is
 * dispatched, and what runs has their grace period. After the snapshot builder, whose
 * sources may call them.
 */
final class BatchersLifecycle extends ClosingLifecycle {

	/** Lower than the snapshot builder's, and so later. */
	static final int PHASE = SnapshotBuilderLifecycle.PHASE - 1024;

	private final ObjectProvider<Batcher<?, ?>> batchers;

	BatchersLifecycle(ObjectProvider<Batcher<?, ?>> batchers, ApplicationContext context) {
		super("The batchers", PHASE, context);
		this.batchers = batchers;
	}

	@Override
	protected void close() {
		List<Batcher<?, ?>> open = this.batchers.stream().toList();
		// Its own closing waits for all of them.
		try (ExecutorService closers = Executors.newVirtualThreadPerTaskExecutor()) {
			open.forEach((batcher) -> closers.execute(batcher::close));
		}
	}

}
