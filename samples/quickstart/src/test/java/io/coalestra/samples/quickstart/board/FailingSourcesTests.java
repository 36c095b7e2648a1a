package io.coalestra.samples.quickstart.board;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

import io.coalestra.failure.FailureReason;
import io.coalestra.signal.Event;
import io.coalestra.signal.EventType;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FailingSourcesTests {

	private static final Instant AT = Instant.parse("2030-01-01T00:00:00Z");

	private final FailingSources failing = new FailingSources();

	@Test
	void aSourceFailsUntilItAnswersAgain() {
		failed("proc", "IOException", "gone");
		assertThat(this.failing.since(AT)).containsExactly(new BoardView.FailingSource("proc", "gone", AT, false));
		this.failing.emit(event(EventType.RESOURCE_RESOLVED, "proc", "", ""));
		assertThat(this.failing.since(AT)).isEmpty();
	}

	@Test
	void aSourceThatIsLeftAloneKeepsTheReason() {
		failed("proc", "IOException", "gone");
		failed("proc", FailureReason.CIRCUIT_OPEN.wireName(), "the circuit is open");
		assertThat(this.failing.since(AT)).containsExactly(new BoardView.FailingSource("proc", "gone", AT, true));
	}

	@Test
	void aFailureThatIsLongAgoDoesNotCount() {
		failed("proc", "IOException", "gone");
		assertThat(this.failing.since(AT.plusMillis(1))).isEmpty();
	}

	@Test
	void leavingOutAKeyIsNoFailureOfTheSource() {
		failed("proc", FailureReason.NOT_RETURNED.wireName(), "not returned");
		assertThat(this.failing.since(AT)).isEmpty();
	}

	private void failed(String source, String errorType, String error) {
		this.failing.emit(event(EventType.SOURCE_FAILED, source, errorType, error));
	}

	private static Event event(EventType type, String source, String errorType, String error) {
		SequencedMap<String, Object> fields = new LinkedHashMap<>();
		fields.put("source", source);
		fields.put("error_type", errorType);
		fields.put("error", error);
		return new Event(type, AT, fields);
	}

}
