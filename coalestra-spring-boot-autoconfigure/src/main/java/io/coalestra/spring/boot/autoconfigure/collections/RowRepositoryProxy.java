package io.coalestra.spring.boot.autoconfigure.collections;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.coalestra.collections.access.RowCollection;
import org.jspecify.annotations.Nullable;

/**
 * Lets an interface's own methods be run as they are written, and all others by the
 * collection. Safe for concurrent use: handles are found on first use, by whoever comes,
 * and any two that are found for a method do the same.
 */
final class RowRepositoryProxy implements InvocationHandler {

	private final Class<?> type;

	private final RowCollection<?, ?> rows;

	private final Map<Method, MethodHandle> own = new ConcurrentHashMap<>();

	RowRepositoryProxy(Class<?> type, RowCollection<?, ?> rows) {
		this.type = type;
		this.rows = rows;
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
		if (method.isDefault()) {
			MethodHandle handle = this.own.get(method);
			if (handle == null) {
				handle = find(method);
				this.own.put(method, handle);
			}
			return handle.bindTo(proxy).invokeWithArguments((arguments != null) ? arguments : new Object[0]);
		}
		if (method.getDeclaringClass() == Object.class) {
			return ofObject(proxy, method, arguments);
		}
		try {
			return method.invoke(this.rows, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getCause();
		}
	}

	// The interface need not be public.
	private MethodHandle find(Method method) throws IllegalAccessException {
		Class<?> declaring = method.getDeclaringClass();
		return MethodHandles.privateLookupIn(declaring, MethodHandles.lookup()).unreflectSpecial(method, declaring);
	}

	private Object ofObject(Object proxy, Method method, Object @Nullable [] arguments) {
		return switch (method.getName()) {
			case "equals" -> arguments != null && isThis(arguments[0]);
			case "hashCode" -> System.identityHashCode(proxy);
			default -> this.type.getSimpleName() + "[" + this.rows.name() + "]";
		};
	}

	private boolean isThis(@Nullable Object other) {
		return other != null && Proxy.isProxyClass(other.getClass()) && Proxy.getInvocationHandler(other) == this;
	}

}
