package io.coalestra.internal.isolation;

import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.chrono.HijrahDate;
import java.time.chrono.JapaneseDate;
import java.time.chrono.MinguoDate;
import java.time.chrono.ThaiBuddhistDate;
import java.util.Currency;
import java.util.HashSet;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Classes of which every instance is deeply immutable, as can be told without seeing one,
 * and whose {@code equals} is quick: what is proven immutable is compared where it is
 * stored. So a {@link java.net.URL}, which asks the network whether it equals another, is
 * not among them.
 */
final class ValueTypes {

	private static final Set<Class<?>> JDK = Set.of(Object.class, String.class, Boolean.class, Character.class,
			Byte.class, Short.class, Integer.class, Long.class, Float.class, Double.class, BigDecimal.class,
			BigInteger.class, MathContext.class, Class.class, UUID.class, URI.class, Locale.class, Currency.class,
			Pattern.class, Inet4Address.class, Inet6Address.class, InetSocketAddress.class, Path.of("").getClass(),
			OptionalInt.class, OptionalLong.class, OptionalDouble.class, Instant.class, Duration.class, Period.class,
			LocalDate.class, LocalTime.class, LocalDateTime.class, OffsetTime.class, OffsetDateTime.class,
			ZonedDateTime.class, Year.class, YearMonth.class, MonthDay.class, ZoneOffset.class,
			ZoneId.of("Europe/Berlin").getClass(), HijrahDate.class, JapaneseDate.class, MinguoDate.class,
			ThaiBuddhistDate.class);

	private ValueTypes() {
	}

	/**
	 * Returns whether every object of exactly this class is deeply immutable.
	 */
	static boolean areInstancesImmutable(Class<?> type) {
		return JDK.contains(type) || Enum.class.isAssignableFrom(type) || (type.isRecord() && isValue(type));
	}

	/**
	 * Returns whether everything that a variable of this type can hold is deeply
	 * immutable.
	 */
	static boolean isValue(Class<?> declared) {
		return isValue(declared, new HashSet<>());
	}

	// A type met again is being judged further up, and so is taken for granted here: what
	// decides is whether anything else is reached that is no value.
	private static boolean isValue(Class<?> declared, Set<Class<?>> judged) {
		if (declared.isPrimitive() || Enum.class.isAssignableFrom(declared) || !judged.add(declared)) {
			return true;
		}
		if (declared.isRecord()) {
			for (RecordComponent component : declared.getRecordComponents()) {
				if (!isValue(component.getType(), judged)) {
					return false;
				}
			}
			return true;
		}
		if (declared.isSealed() && Modifier.isAbstract(declared.getModifiers())) {
			for (Class<?> permitted : declared.getPermittedSubclasses()) {
				if (!isValue(permitted, judged)) {
					return false;
				}
			}
			return true;
		}
		return Modifier.isFinal(declared.getModifiers()) && JDK.contains(declared);
	}

}
