package io.coalestra.spring.boot.batch;

import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;

import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * The identity of a caller, as Spring Security knows it. Safe for concurrent use.
 */
public final class SecurityCallerContext implements CallerContext {

	/**
	 * Makes the context.
	 */
	public SecurityCallerContext() {
	}

	@Override
	public @Nullable Object current() {
		return SecurityContextHolder.getContext().getAuthentication();
	}

	@Override
	public <R> R callAs(@Nullable Object context, Callable<R> body) throws Exception {
		SecurityContext before = SecurityContextHolder.getContext();
		SecurityContext callers = SecurityContextHolder.createEmptyContext();
		callers.setAuthentication((Authentication) context);
		SecurityContextHolder.setContext(callers);
		try {
			return body.call();
		}
		finally {
			if (before.getAuthentication() == null) {
				SecurityContextHolder.clearContext();
			}
			else {
				SecurityContextHolder.setContext(before);
			}
		}
	}

}
