package io.coalestra.key;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Objects;

/**
 * Carries a payload's full generic type, which a class literal cannot name.
 *
 * <pre>{@code
 * ResourceType<List<Order>> ORDERS = ResourceType.of("shop", "orders", new PayloadType<List<Order>>() {
 * });
 * }</pre>
 *
 * Immutable and safe for concurrent use.
 *
 * @param <T> the payload's type
 */
public abstract class PayloadType<T> {

	private final Type type;

	private final Class<T> rawType;

	/**
	 * Captures the type argument of the anonymous subclass.
	 */
	@SuppressWarnings("unchecked") // the raw class of T's own type argument
	protected PayloadType() {
		if (!(getClass().getGenericSuperclass() instanceof ParameterizedType parameterized)
				|| parameterized.getRawType() != PayloadType.class) {
			throw new IllegalStateException(
					"payload type: " + getClass().getName() + " (expected: a direct subclass with a type argument)");
		}
		this.type = parameterized.getActualTypeArguments()[0];
		this.rawType = (Class<T>) rawTypeOf(this.type);
	}

	private PayloadType(Class<T> rawType) {
		this.type = rawType;
		this.rawType = rawType;
	}

	static <T> PayloadType<T> of(Class<T> rawType) {
		Objects.requireNonNull(rawType, "payload type");
		if (rawType.isPrimitive()) {
			throw new IllegalArgumentException(
					"payload type: " + rawType + " (expected: its wrapper, since payloads are objects)");
		}
		return new PayloadType<>(rawType) {
		};
	}

	/**
	 * Returns the full generic type.
	 * @return the type
	 */
	public final Type type() {
		return this.type;
	}

	/**
	 * Returns the erased class, which payloads are checked against when they are read.
	 * @return the class
	 */
	public final Class<T> rawType() {
		return this.rawType;
	}

	private static Class<?> rawTypeOf(Type type) {
		return switch (type) {
			case Class<?> raw -> raw;
			case ParameterizedType parameterized -> rawTypeOf(parameterized.getRawType());
			case GenericArrayType array -> rawTypeOf(array.getGenericComponentType()).arrayType();
			default -> throw new IllegalArgumentException(
					"payload type: " + type + " (expected: a class, a parameterised class or an array of these)");
		};
	}

	@Override
	public final boolean equals(Object other) {
		return other instanceof PayloadType<?> that && this.type.equals(that.type);
	}

	@Override
	public final int hashCode() {
		return this.type.hashCode();
	}

	@Override
	public final String toString() {
		return this.type.getTypeName();
	}

}
