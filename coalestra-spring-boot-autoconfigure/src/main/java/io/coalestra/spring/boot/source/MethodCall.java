package io.coalestra.spring.boot.source;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Calls a method of a bean, which is asked for by the first call: so that a source may be
 * of a bean that itself needs the builder.
 *
 * <p>
 * The target is written by whoever calls first, several times the same at worst; both of
 * its parts are published together.
 */
final class MethodCall {

	private final Method declared;

	private final Supplier<Object> bean;

	private volatile @Nullable Target target;

	MethodCall(Method declared, Supplier<Object> bean) {
		this.declared = declared;
		this.bean = bean;
	}

	@Nullable Object invoke(@Nullable Object[] arguments) throws Exception {
		Target known = target();
		try {
			return known.method.invoke(known.bean, arguments);
		}
		catch (InvocationTargetException ex) {
			switch (ex.getCause()) {
				case Exception thrown -> throw thrown;
				case Error error -> throw error;
				case null, default -> throw ex;
			}
		}
	}

	private Target target() {
		Target known = this.target;
		if (known == null) {
			Object found = this.bean.get();
			// Of a proxy it is the proxy's method that is called, so that aspects apply.
			Method method = AopUtils.selectInvocableMethod(this.declared, found.getClass());
			ReflectionUtils.makeAccessible(method);
			known = new Target(found, method);
			this.target = known;
		}
		return known;
	}

	private record Target(Object bean, Method method) {
	}

}
