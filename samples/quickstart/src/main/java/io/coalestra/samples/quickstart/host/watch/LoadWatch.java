package io.coalestra.samples.quickstart.host.watch;

import java.io.IOException;

import io.coalestra.failure.SourceUnavailableException;
import io.coalestra.publish.ResourcePublisher;
import io.coalestra.samples.quickstart.host.Load;
import io.coalestra.samples.quickstart.host.proc.ProcLoad;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

import static io.coalestra.samples.quickstart.host.HostResources.LOAD;

/**
 * Publishes the load when it changes, as a stream of events would: snapshots find it in
 * the cache, and ask the sources only when it has not changed for longer than it is
 * fresh. Used by one thread, the scheduler's.
 */
@Component
class LoadWatch {

	static final String NAME = "load-watch";

	private static final Logger logger = LoggerFactory.getLogger(LoadWatch.class);

	private final ProcLoad load;

	private final ResourcePublisher publisher;

	private @Nullable Load published;

	LoadWatch(ProcLoad load, ResourcePublisher publisher) {
		this.load = load;
		this.publisher = publisher;
	}

	@Scheduled(fixedDelayString = "${quickstart.load-watch.interval}")
	void publishChange() throws InterruptedException {
		try {
			Load now = this.load.read();
			if (!now.equals(this.published)) {
				this.publisher.publish(LOAD.key(), now, NAME);
				this.published = now;
			}
		}
		catch (IOException | SourceUnavailableException ex) {
			// Whoever wants the load meanwhile asks the sources.
			logger.debug("No load to publish: {}", ex.getMessage());
			this.published = null;
		}
	}

}
