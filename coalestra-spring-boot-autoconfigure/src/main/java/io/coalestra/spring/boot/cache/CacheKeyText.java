package io.coalestra.spring.boot.cache;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.temporal.Temporal;
import java.time.temporal.TemporalAmount;
import java.util.Currency;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import org.jspecify.annotations.Nullable;

import org.springframework.cache.interceptor.SimpleKey;
import org.springframework.util.ReflectionUtils;

/**
 * Writes the keys of cached methods as the subjects of resource keys, so that equal keys
 * have the same text, in every process, and others never.
 *
 * <p>
 * A text is written as it is; anything else as {@code ~type(value)}. Characters that mean
 * something here, or would not survive, are written {@code ~u} with four digits. What is
 * longer than {@value #LONGEST} characters is cut and ends in its SHA-256 digest.
 * Immutable and safe for concurrent use.
 */
final class CacheKeyText {

	/** The most characters that are written as they are, inclusive. */
	static final int LONGEST = 400;

	private static final int KEPT = 200;

	private static final Set<Class<?>> PLAIN = Set.of(Long.class, Integer.class, Short.class, Byte.class, Double.class,
			Float.class, Boolean.class, Character.class, BigInteger.class, BigDecimal.class, UUID.class, Locale.class,
			Currency.class);

	private final List<CacheKeyWriter> writers;

	CacheKeyText(List<CacheKeyWriter> writers) {
		this.writers = List.copyOf(writers);
	}

	ResourceKey<Object> keyOf(ResourceType<Object> type, Object key) {
		StringBuilder text = new StringBuilder();
		write(key, text);
		return type.key((text.length() <= LONGEST) ? text : digested(text));
	}

	private void write(@Nullable Object part, StringBuilder text) {
		switch (part) {
			case null -> text.append("~null");
			case String string -> escape(string, text);
			case SimpleKey simple -> writeAll("key", SimpleKeyParts.of(simple), text);
			case Enum<?> constant -> tagged(constant.getDeclaringClass().getName(), constant.name(), text);
			case Class<?> type -> tagged("class", type.getName(), text);
			case Temporal temporal -> tagged(nameOf(temporal), temporal.toString(), text);
			case TemporalAmount amount -> tagged(nameOf(amount), amount.toString(), text);
			case List<?> list -> writeAll("list", list.toArray(), text);
			case Optional<?> optional -> writeAll("optional", optional.stream().toArray(), text);
			default -> writeOther(part, text);
		}
	}

	private void writeOther(Object part, StringBuilder text) {
		Class<?> type = part.getClass();
		String written = writtenByOthers(part);
		if (written != null) {
			tagged(type.getName(), written, text);
		}
		else if (PLAIN.contains(type)) {
			tagged(nameOf(part), part.toString(), text);
		}
		else if (type.isArray()) {
			@Nullable Object[] parts = new @Nullable Object[Array.getLength(part)];
			for (int i = 0; i < parts.length; i++) {
				parts[i] = Array.get(part, i);
			}
			writeAll("array:" + (type.getComponentType().isPrimitive() ? type.getComponentType().getName() : "object"),
					parts, text);
		}
		else if (type.isRecord()) {
			writeAll(type.getName(), components(part), text);
		}
		else {
			throw new IllegalArgumentException("cache key: an object of " + type.getName()
					+ " (expected: a text, a number, a UUID, an enum, a date or time, a record, a list or an array of"
					+ " such, or several of these as parameters; for other classes a CacheKeyWriter bean, or a \"key\""
					+ " expression in the annotation)");
		}
	}

	private @Nullable String writtenByOthers(Object part) {
		for (CacheKeyWriter writer : this.writers) {
			String written = writer.write(part);
			if (written != null) {
				return written;
			}
		}
		return null;
	}

	private void writeAll(String tag, @Nullable Object[] parts, StringBuilder text) {
		text.append('~').append(tag).append('(');
		for (int i = 0; i < parts.length; i++) {
			text.append((i > 0) ? "," : "");
			write(parts[i], text);
		}
		text.append(')');
	}

	private static void tagged(String tag, String value, StringBuilder text) {
		text.append('~').append(tag).append('(');
		escape(value, text);
		text.append(')');
	}

	private static String nameOf(Object part) {
		return part.getClass().getSimpleName().toLowerCase(Locale.ROOT);
	}

	// Blanks at the ends would be taken off by the key, control characters refused.
	private static void escape(String value, StringBuilder text) {
		for (int i = 0; i < value.length(); i++) {
			char c = value.charAt(i);
			boolean inside = i > 0 && i < value.length() - 1;
			boolean kept = (c == ' ') ? inside : !(Character.isWhitespace(c) || Character.isISOControl(c)
					|| Character.isSurrogate(c) || c == '~' || c == '(' || c == ')' || c == ',');
			if (kept) {
				text.append(c);
			}
			else {
				text.append("~u").append(HexFormat.of().toHexDigits(c));
			}
		}
	}

	private static @Nullable Object[] components(Object owner) {
		RecordComponent[] components = owner.getClass().getRecordComponents();
		@Nullable Object[] parts = new @Nullable Object[components.length];
		for (int i = 0; i < parts.length; i++) {
			try {
				ReflectionUtils.makeAccessible(components[i].getAccessor());
				parts[i] = components[i].getAccessor().invoke(owner);
			}
			catch (IllegalAccessException | InvocationTargetException ex) {
				throw new IllegalArgumentException("cache key: component " + components[i].getName() + " of "
						+ owner.getClass().getName() + " cannot be read (expected: an accessor that answers)", ex);
			}
		}
		return parts;
	}

	private static String digested(StringBuilder text) {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256")
				.digest(text.toString().getBytes(StandardCharsets.UTF_8));
			return text.substring(0, KEPT) + "~sha256(" + HexFormat.of().formatHex(digest) + ")";
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every Java platform has SHA-256", ex);
		}
	}

	/**
	 * Reads what a {@link SimpleKey} is made of, which it tells nobody.
	 */
	private static final class SimpleKeyParts {

		private static final Field PARAMS = find();

		private static Field find() {
			Field params = ReflectionUtils.findField(SimpleKey.class, "params", Object[].class);
			if (params == null) {
				throw new IllegalStateException(
						"org.springframework.cache.interceptor.SimpleKey has no field \"params\""
								+ " (expected: a version of Spring Framework that this library supports)");
			}
			ReflectionUtils.makeAccessible(params);
			return params;
		}

		@SuppressWarnings("NullAway") // the field is set by every constructor
		static @Nullable Object[] of(SimpleKey key) {
			return (@Nullable Object[]) ReflectionUtils.getField(PARAMS, key);
		}

	}

}
