package io.coalestra.samples.quickstart.board;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import io.coalestra.failure.FailureReason;
import io.coalestra.signal.Event;
import io.coalestra.signal.EventSink;
import io.coalestra.signal.EventType;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Remembers which sources have failed and not answered since, from the engine's events: a
 * snapshot that a fall-back served does not tell of the failure, for to its reader there
 * is none. Safe for concurrent use; holds one entry a source at the most.
 */
@Component
class FailingSources implements EventSink {

	/**
	 * What the engine goes on from to the next source, and is no failure of this one: it
	 * left out a key, gave an old value, or depends on something that failed.
	 */
	private static final Set<FailureReason> ANSWERS = Set.of(FailureReason.NOT_RETURNED, FailureReason.STALE_DATA,
			FailureReason.DEPENDENCY);

	private final ConcurrentMap<String, BoardView.FailingSource> failing = new ConcurrentHashMap<>();

	@Override
	public boolean wants(EventType type) {
		return type == EventType.SOURCE_FAILED || type == EventType.RESOURCE_RESOLVED;
	}

	@Override
	public boolean isNonBlocking() {
		return true;
	}

	@Override
	public void emit(Event event) {
		Map<String, Object> fields = event.fields();
		String source = Objects.toString(fields.get("source"));
		if (event.type() == EventType.RESOURCE_RESOLVED) {
			this.failing.remove(source);
			return;
		}
		String errorType = Objects.toString(fields.get("error_type"));
		if (ANSWERS.stream().noneMatch((reason) -> is(reason, errorType))) {
			boolean leftAlone = is(FailureReason.CIRCUIT_OPEN, errorType);
			String message = Objects.toString(fields.get("error"));
			this.failing.compute(source, (name, before) -> failure(name, message, event.at(), leftAlone, before));
		}
	}

	// That a source is left alone does not say why: the failure before that does.
	private static BoardView.FailingSource failure(String source, String message, Instant at, boolean leftAlone,
			BoardView.@Nullable FailingSource before) {
		return (leftAlone && before != null)
				? new BoardView.FailingSource(source, before.message(), before.failedAt(), true)
				: new BoardView.FailingSource(source, message, at, leftAlone);
	}

	private static boolean is(FailureReason reason, String errorType) {
		return reason.wireName().equals(errorType);
	}

	/**
	 * Returns the sources that have failed lately and not answered since, by name.
	 * @param earliest from when on a failure counts: one that nobody has asked for longer
	 * may have recovered, and nobody knows
	 */
	List<BoardView.FailingSource> since(Instant earliest) {
		return this.failing.values()
			.stream()
			.filter((source) -> !source.failedAt().isBefore(earliest))
			.sorted(Comparator.comparing(BoardView.FailingSource::source))
			.toList();
	}

}
