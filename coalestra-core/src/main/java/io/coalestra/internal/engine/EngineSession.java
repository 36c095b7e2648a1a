package io.coalestra.internal.engine;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.coalestra.internal.engine.SessionStage.Outcome;
import io.coalestra.internal.flight.Voyage;
import io.coalestra.internal.verdict.Classification;
import io.coalestra.signal.Watch;
import io.coalestra.snapshot.SessionClosedException;
import io.coalestra.cache.SessionToken;
import io.coalestra.snapshot.SessionOptions;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuildException;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.snapshot.SnapshotResult;
import io.coalestra.snapshot.SnapshotSession;
import io.coalestra.source.ContextCarrier;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * A session: holds a state, and lets stages replace it, one after another.
 *
 * <p>
 * The state is one immutable object. It is written by the stage whose turn it is, under
 * this object's monitor, and only while that is still the current one and the session is
 * open; whoever reads it sees what one stage left, and never a part of another's. A stage
 * that was given up is not current any more, and leaves nothing.
 */
final class EngineSession implements SnapshotSession {

	private final Engine engine;

	private final Voyage voyage;

	private final Map<String, Object> metadata;

	private final long deadline;

	private final SessionToken token;

	private final Turns turns = new Turns();

	private volatile SessionState state;

	private volatile boolean closed;

	// Guarded by the monitor.
	private @Nullable StageRun<?> current;

	EngineSession(Engine engine, SessionOptions options) {
		this.engine = engine;
		this.metadata = engine.isolated(options.metadata());
		TimeSource time = engine.parts().time();
		this.voyage = new Voyage(time.epochNanos(), this.metadata, engine.captured(), options.snapshotId());
		this.deadline = (options.deadline() != null)
				? TimeSource.plus(time.monotonicNanos(), TimeSource.toNanos(options.deadline())) : Long.MAX_VALUE;
		this.token = options.token();
		this.state = SessionState.empty(engine.parts().services().isolation(), this.voyage);
	}

	@Override
	public String id() {
		return this.voyage.id();
	}

	@Override
	public Instant createdAt() {
		return TimeSource.toInstant(this.voyage.requestedAt());
	}

	@Override
	public Snapshot resolve(SnapshotRequest request) {
		return new StageRun<>(this, new SessionStage.Resolve(asked(request)), EngineSession::orThrow).await();
	}

	@Override
	public CompletableFuture<Snapshot> resolveAsync(SnapshotRequest request) {
		return new StageRun<>(this, new SessionStage.Resolve(asked(request)), EngineSession::orThrow).promise();
	}

	@Override
	public SnapshotResult tryResolve(SnapshotRequest request) {
		SnapshotRequest asked = asked(request);
		return attempt(asked, () -> new StageRun<>(this, new SessionStage.Resolve(asked),
				(outcome) -> Classification.of(asked, outcome.after().snapshot(), outcome.verdict())));
	}

	@Override
	public Snapshot revalidate(SnapshotRequest request) {
		return new StageRun<>(this, new SessionStage.Revalidate(asked(request)), EngineSession::orThrow).await();
	}

	@Override
	public CompletableFuture<Snapshot> revalidateAsync(SnapshotRequest request) {
		return new StageRun<>(this, new SessionStage.Revalidate(asked(request)), EngineSession::orThrow).promise();
	}

	@Override
	public SnapshotResult tryRevalidate(SnapshotRequest request) {
		SnapshotRequest asked = asked(request);
		return attempt(asked, () -> new StageRun<>(this, new SessionStage.Revalidate(asked),
				(outcome) -> Classification.allOrNothing(asked, outcome.after().snapshot(), outcome.verdict())));
	}

	private SnapshotRequest asked(SnapshotRequest request) {
		SnapshotRequest whole = this.engine.withDefaults(request);
		return this.token.isEmpty() ? whole : whole.notOlderThan(this.token.and(whole.token()));
	}

	private static Snapshot orThrow(Outcome outcome) {
		SnapshotBuildException lack = outcome.verdict().exception(outcome.after().snapshot());
		if (lack != null) {
			throw lack;
		}
		return outcome.after().snapshot();
	}

	private SnapshotResult attempt(SnapshotRequest request, Supplier<StageRun<SnapshotResult>> run) {
		this.engine.requireOpen();
		try {
			return this.engine.reports().tried(run.get().await());
		}
		catch (SessionStage.NotHeldException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			return this.engine.reports().tried(Classification.broken(request, null, ex));
		}
	}

	@Override
	public Snapshot snapshot() {
		requireOpen();
		return this.state.snapshot();
	}

	@Override
	public boolean isClosed() {
		return this.closed;
	}

	private void requireOpen() {
		if (this.closed) {
			throw new SessionClosedException(id());
		}
	}

	@Override
	public void close() {
		StageRun<?> running;
		synchronized (this) {
			if (this.closed) {
				return;
			}
			this.closed = true;
			running = this.current;
		}
		if (running != null) {
			running.force(Ending.CLOSED);
		}
	}

	@Override
	public String toString() {
		return "session " + id();
	}

	// --- for stages ---

	Engine engine() {
		return this.engine;
	}

	Turns turns() {
		return this.turns;
	}

	long deadline() {
		return this.deadline;
	}

	void requireUsable() {
		requireOpen();
		this.engine.requireOpen();
	}

	/**
	 * Begins a stage from what the session holds now.
	 * @param stage the stage
	 * @param latest until when it lasts: monotonic nanoseconds
	 * @param run who carries it out, or null where it is not its turn
	 * @return the build, and what the session held
	 */
	StageRun.Begun begin(SessionStage stage, long latest, @Nullable StageRun<?> run) {
		requireOpen();
		Map<String, Object> handed = new LinkedHashMap<>(this.metadata);
		handed.putAll(this.engine.isolated(stage.request().metadata()));
		ContextCarrier.Captured captured = this.engine.captured();
		// What copies and captures is the application's; closing does not wait for it.
		synchronized (this) {
			requireOpen();
			return begin(stage, latest, run, Collections.unmodifiableMap(handed), captured);
		}
	}

	private StageRun.Begun begin(SessionStage stage, long latest, @Nullable StageRun<?> run, Map<String, Object> handed,
			ContextCarrier.Captured captured) {
		Voyage own = this.voyage.stage(this.engine.parts().time().epochNanos(), handed, captured)
			.watched(this.engine.watch(stage.kind(), stage.request()));
		StageRun.Begun begun = new StageRun.Begun(begin(stage, own, latest), this.state);
		this.current = (run != null) ? run : this.current;
		return begun;
	}

	private Build begin(SessionStage stage, Voyage own, long latest) {
		try {
			return stage.begin(this.engine, this.state, own, latest);
		}
		catch (RuntimeException | Error ex) {
			own.watch().ended(new Watch.End("error", ex, Map.of("path", "cold")));
			throw ex;
		}
	}

	/**
	 * Puts another state in the place of the present one.
	 * @param outcome what a stage came to
	 * @param run who carried it out
	 * @return true if the state has changed
	 */
	synchronized boolean commit(Outcome outcome, StageRun<?> run) {
		requireOpen();
		if (outcome.after() == outcome.before() || !run.commit()) {
			return false;
		}
		this.state = outcome.after();
		return true;
	}

	/**
	 * Gives a stage up, so that it leaves nothing.
	 * @param run who carries it out
	 * @return false if it has changed the session already
	 */
	synchronized boolean giveUp(StageRun<?> run) {
		return run.giveUp();
	}

	synchronized void ended(StageRun<?> run) {
		if (this.current == run) {
			this.current = null;
		}
	}

}
