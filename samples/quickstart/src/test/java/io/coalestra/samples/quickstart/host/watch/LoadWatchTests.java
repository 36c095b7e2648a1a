package io.coalestra.samples.quickstart.host.watch;

import java.io.IOException;

import io.coalestra.publish.ResourcePublisher;
import io.coalestra.samples.quickstart.host.Load;
import io.coalestra.samples.quickstart.host.proc.ProcLoad;
import org.junit.jupiter.api.Test;

import static io.coalestra.samples.quickstart.host.HostResources.LOAD;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;

class LoadWatchTests {

	private static final Load LOW = new Load(0.1, 0.1, 0.1, 1);

	private static final Load HIGH = new Load(4, 0.5, 0.1, 5);

	private final ProcLoad proc = mock();

	private final ResourcePublisher publisher = mock();

	private final LoadWatch watch = new LoadWatch(this.proc, this.publisher);

	@Test
	void changesArePublished() throws Exception {
		given(this.proc.read()).willReturn(LOW, HIGH);
		this.watch.publishChange();
		this.watch.publishChange();
		then(this.publisher).should().publish(LOAD.key(), LOW, "load-watch");
		then(this.publisher).should().publish(LOAD.key(), HIGH, "load-watch");
	}

	@Test
	void whatHasNotChangedIsNotPublishedAgain() throws Exception {
		given(this.proc.read()).willReturn(LOW);
		this.watch.publishChange();
		this.watch.publishChange();
		then(this.publisher).should(times(1)).publish(LOAD.key(), LOW, "load-watch");
	}

	@Test
	void afterAFailureItIsPublishedAgain() throws Exception {
		given(this.proc.read()).willReturn(LOW).willThrow(new IOException("gone")).willReturn(LOW);
		this.watch.publishChange();
		this.watch.publishChange();
		this.watch.publishChange();
		then(this.publisher).should(times(2)).publish(LOAD.key(), LOW, "load-watch");
	}

}
