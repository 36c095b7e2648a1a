package io.coalestra.collections.mapping;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Reads the components of a record's class, and makes records. Safe for concurrent use.
 *
 * @param <T> the record's class
 */
final class RecordAccess<T> {

	private final Class<T> type;

	private final List<RecordComponent> components;

	private final List<MethodHandle> accessors = new ArrayList<>();

	private final MethodHandle constructor;

	RecordAccess(Class<T> type) {
		if (!type.isRecord()) {
			throw new IllegalArgumentException(type.getName() + " (expected: a record)");
		}
		this.type = type;
		this.components = List.of(type.getRecordComponents());
		try {
			for (RecordComponent component : this.components) {
				Method accessor = component.getAccessor();
				accessor.setAccessible(true);
				this.accessors.add(MethodHandles.lookup()
					.unreflect(accessor)
					.asType(MethodType.methodType(Object.class, Object.class)));
			}
			Constructor<T> canonical = type.getDeclaredConstructor(
					this.components.stream().map(RecordComponent::getType).toArray(Class<?>[]::new));
			canonical.setAccessible(true);
			this.constructor = MethodHandles.lookup()
				.unreflectConstructor(canonical)
				.asType(MethodType.genericMethodType(this.components.size()))
				.asSpreader(Object[].class, this.components.size());
		}
		catch (ReflectiveOperationException | InaccessibleObjectException ex) {
			throw new IllegalArgumentException("record " + type.getName() + ": not accessible (expected: package "
					+ type.getPackageName() + " opened to io.coalestra.collections)", ex);
		}
	}

	Class<T> type() {
		return this.type;
	}

	List<RecordComponent> components() {
		return this.components;
	}

	@Nullable Object get(Object record, int component) {
		try {
			return this.accessors.get(component).invokeExact(record);
		}
		catch (Throwable ex) {
			throw rethrown(ex);
		}
	}

	T make(@Nullable Object[] values) {
		try {
			return this.type.cast(this.constructor.invokeExact(values));
		}
		catch (Throwable ex) {
			throw rethrown(ex);
		}
	}

	private RuntimeException rethrown(Throwable ex) {
		return switch (ex) {
			case RuntimeException unchecked -> unchecked;
			case Error error -> throw error;
			default -> new IllegalArgumentException("record " + this.type.getName() + ": " + ex, ex);
		};
	}

}
