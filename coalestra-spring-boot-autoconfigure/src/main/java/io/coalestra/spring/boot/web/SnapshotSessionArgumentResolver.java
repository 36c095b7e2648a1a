package io.coalestra.spring.boot.web;

import java.util.Objects;
import java.util.function.Supplier;

import io.coalestra.snapshot.SnapshotSession;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/**
 * Hands the request's {@link SnapshotSession} to methods of controllers: the session
 * itself, which may be used on other threads as well. Immutable and safe for concurrent
 * use.
 */
public final class SnapshotSessionArgumentResolver implements HandlerMethodArgumentResolver {

	private final Supplier<SnapshotSession> session;

	/**
	 * Makes a resolver.
	 * @param session finds the session of the current request
	 */
	public SnapshotSessionArgumentResolver(Supplier<SnapshotSession> session) {
		this.session = Objects.requireNonNull(session, "session");
	}

	@Override
	public boolean supportsParameter(MethodParameter parameter) {
		return parameter.getParameterType() == SnapshotSession.class;
	}

	@Override
	public Object resolveArgument(MethodParameter parameter, @Nullable ModelAndViewContainer mavContainer,
			NativeWebRequest webRequest, @Nullable WebDataBinderFactory binderFactory) {
		return this.session.get();
	}

}
