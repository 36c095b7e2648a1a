package io.coalestra.spring.boot.web;

import java.util.Objects;
import java.util.function.Supplier;

import io.coalestra.snapshot.SessionOptions;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotSession;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Opens a {@link SnapshotSession} for the current web request, and has it closed when the
 * request ends: with its first thread, or, where the request goes on asynchronously, when
 * that completes. Immutable and safe for concurrent use.
 */
public final class RequestSessions {

	private static final String CALLBACK = RequestSessions.class.getName() + ".end";

	private static final String SESSION = RequestSessions.class.getName() + ".session";

	private final Supplier<SnapshotBuilder> builder;

	private final SessionOptions options;

	/**
	 * Makes an opener.
	 * @param builder opens the sessions; asked for when the first is opened
	 * @param options what they are opened with
	 */
	public RequestSessions(Supplier<SnapshotBuilder> builder, SessionOptions options) {
		this.builder = Objects.requireNonNull(builder, "builder");
		this.options = Objects.requireNonNull(options, "options");
	}

	/**
	 * Returns a session that is, on each thread that serves a web request, the one of
	 * that request.
	 * @return the session; each use outside of a web request fails with an
	 * {@link IllegalStateException}
	 */
	public SnapshotSession session() {
		return new CurrentSession(this);
	}

	/**
	 * Returns the session of the current request, which is opened where it has none yet.
	 * @return the session, which may be used on other threads as well
	 * @throws IllegalStateException if the thread serves no web request
	 */
	public SnapshotSession current() {
		RequestAttributes current = RequestContextHolder.currentRequestAttributes();
		if (!(current instanceof ServletRequestAttributes attributes)) {
			throw new IllegalStateException(
					"request: " + current.getClass().getName() + " (expected: a request of a servlet container)");
		}
		if (attributes.getAttribute(SESSION, RequestAttributes.SCOPE_REQUEST) instanceof SnapshotSession known) {
			return known;
		}
		SnapshotSession opened = open(attributes);
		attributes.setAttribute(SESSION, opened, RequestAttributes.SCOPE_REQUEST);
		return opened;
	}

	private SnapshotSession open(ServletRequestAttributes attributes) {
		SnapshotSession session = this.builder.get().openSession(this.options);
		HttpServletRequest request = attributes.getRequest();
		if (request.isAsyncStarted()) {
			closeAfterwards(session, request);
		}
		else {
			attributes.registerDestructionCallback(CALLBACK, () -> endOfThread(session, request),
					RequestAttributes.SCOPE_REQUEST);
		}
		return session;
	}

	// What Spring takes for the end of the request is that of its first thread.
	private static void endOfThread(SnapshotSession session, HttpServletRequest request) {
		if (request.isAsyncStarted()) {
			closeAfterwards(session, request);
		}
		else {
			// Where the container goes on with an error page, that is served anew.
			request.removeAttribute(SESSION);
			session.close();
		}
	}

	private static void closeAfterwards(SnapshotSession session, HttpServletRequest request) {
		try {
			request.getAsyncContext().addListener(new ClosingListener(session));
		}
		catch (IllegalStateException ex) {
			// It has completed meanwhile.
			session.close();
		}
	}

	/**
	 * Closes a session when an asynchronous request completes, however it does.
	 */
	private record ClosingListener(SnapshotSession session) implements AsyncListener {

		@Override
		public void onComplete(AsyncEvent event) {
			this.session.close();
		}

		@Override
		public void onTimeout(AsyncEvent event) {
			// Completion follows.
		}

		@Override
		public void onError(AsyncEvent event) {
			// Completion follows.
		}

		@Override
		public void onStartAsync(AsyncEvent event) {
			event.getAsyncContext().addListener(this);
		}

	}

}
