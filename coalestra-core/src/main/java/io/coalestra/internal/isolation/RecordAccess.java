package io.coalestra.internal.isolation;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Reads and makes the records of one class.
 *
 * <p>
 * What a record holds is told by its fields, since an accessor may answer with a copy.
 * What its constructor is to be called with is told by its accessors, since by the
 * contract of {@link Record} that makes an equal one. In a package that is not open the
 * fields cannot be read; a public record can still be copied, but is never proven.
 */
final class RecordAccess {

	private static final MethodType GETTER = MethodType.methodType(Object.class, Object.class);

	private static final ClassValue<RecordAccess> KNOWN = new ClassValue<>() {

		@Override
		protected RecordAccess computeValue(Class<?> type) {
			return find(type);
		}

	};

	private final RecordComponent[] components;

	private final MethodHandle @Nullable [] fields;

	private final MethodHandle @Nullable [] accessors;

	private final @Nullable MethodHandle constructor;

	private RecordAccess(RecordComponent[] components, MethodHandle @Nullable [] fields,
			MethodHandle @Nullable [] accessors, @Nullable MethodHandle constructor) {
		this.components = components;
		this.fields = fields;
		this.accessors = accessors;
		this.constructor = constructor;
	}

	static RecordAccess of(Class<?> type) {
		return KNOWN.get(type);
	}

	private static RecordAccess find(Class<?> type) {
		RecordComponent[] components = type.getRecordComponents();
		try {
			RecordAccess.class.getModule().addReads(type.getModule());
			MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
			return new RecordAccess(components, fields(type, components, lookup), accessors(components, lookup),
					constructor(type, components, lookup));
		}
		catch (ReflectiveOperationException notOpen) {
			return findPublic(type, components);
		}
	}

	private static RecordAccess findPublic(Class<?> type, RecordComponent[] components) {
		MethodHandles.Lookup lookup = MethodHandles.publicLookup();
		try {
			return new RecordAccess(components, null, accessors(components, lookup),
					constructor(type, components, lookup));
		}
		catch (ReflectiveOperationException notExported) {
			return new RecordAccess(components, null, null, null);
		}
	}

	private static MethodHandle[] fields(Class<?> type, RecordComponent[] components, MethodHandles.Lookup lookup)
			throws ReflectiveOperationException {
		MethodHandle[] handles = new MethodHandle[components.length];
		for (int i = 0; i < handles.length; i++) {
			handles[i] = lookup.findGetter(type, components[i].getName(), components[i].getType()).asType(GETTER);
		}
		return handles;
	}

	private static MethodHandle[] accessors(RecordComponent[] components, MethodHandles.Lookup lookup)
			throws ReflectiveOperationException {
		MethodHandle[] handles = new MethodHandle[components.length];
		for (int i = 0; i < handles.length; i++) {
			handles[i] = lookup.unreflect(components[i].getAccessor()).asType(GETTER);
		}
		return handles;
	}

	private static MethodHandle constructor(Class<?> type, RecordComponent[] components, MethodHandles.Lookup lookup)
			throws ReflectiveOperationException {
		Class<?>[] types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
		return lookup.findConstructor(type, MethodType.methodType(void.class, types))
			.asSpreader(Object[].class, types.length)
			.asType(MethodType.methodType(Object.class, Object[].class));
	}

	boolean canReadFields() {
		return this.fields != null;
	}

	boolean canCopy() {
		return this.constructor != null;
	}

	int size() {
		return this.components.length;
	}

	String name(int component) {
		return this.components[component].getName();
	}

	Class<?> type(int component) {
		return this.components[component].getType();
	}

	@Nullable Object field(Object owner, int component) throws Throwable {
		MethodHandle[] handles = this.fields;
		return (handles != null) ? (Object) handles[component].invokeExact(owner) : accessor(owner, component);
	}

	@Nullable Object accessor(Object owner, int component) throws Throwable {
		MethodHandle[] handles = this.accessors;
		if (handles == null) {
			throw new IllegalAccessException(name(component));
		}
		return (Object) handles[component].invokeExact(owner);
	}

	Object construct(@Nullable Object[] components) throws Throwable {
		MethodHandle handle = this.constructor;
		if (handle == null) {
			throw new IllegalAccessException("canonical constructor");
		}
		return (Object) handle.invokeExact(components);
	}

}
