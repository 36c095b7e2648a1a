package io.coalestra.spring.boot.web;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;

import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.snapshot.SnapshotResult;
import io.coalestra.snapshot.SnapshotSession;

/**
 * Stands for the session of whichever web request the calling thread serves, for beans
 * that live longer than a request. Immutable and safe for concurrent use.
 */
final class CurrentSession implements SnapshotSession {

	private final RequestSessions sessions;

	CurrentSession(RequestSessions sessions) {
		this.sessions = sessions;
	}

	@Override
	public String id() {
		return this.sessions.current().id();
	}

	@Override
	public Instant createdAt() {
		return this.sessions.current().createdAt();
	}

	@Override
	public Snapshot resolve(SnapshotRequest request) {
		return this.sessions.current().resolve(request);
	}

	@Override
	public CompletableFuture<Snapshot> resolveAsync(SnapshotRequest request) {
		return this.sessions.current().resolveAsync(request);
	}

	@Override
	public SnapshotResult tryResolve(SnapshotRequest request) {
		return this.sessions.current().tryResolve(request);
	}

	@Override
	public Snapshot revalidate(SnapshotRequest request) {
		return this.sessions.current().revalidate(request);
	}

	@Override
	public CompletableFuture<Snapshot> revalidateAsync(SnapshotRequest request) {
		return this.sessions.current().revalidateAsync(request);
	}

	@Override
	public SnapshotResult tryRevalidate(SnapshotRequest request) {
		return this.sessions.current().tryRevalidate(request);
	}

	@Override
	public Snapshot snapshot() {
		return this.sessions.current().snapshot();
	}

	@Override
	public boolean isClosed() {
		return this.sessions.current().isClosed();
	}

	@Override
	public void close() {
		this.sessions.current().close();
	}

	@Override
	public String toString() {
		return "session of the current web request";
	}

}
