package io.coalestra.key;

import java.util.Locale;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * The rules by which the parts of a {@link ResourceKey} are brought into one spelling
 * before they are compared.
 *
 * <p>
 * A normaliser is remembered by the {@link ResourceType}, and so by its keys, but is no
 * part of their identity. Immutable and safe for concurrent use as far as the five
 * functions are; each must be pure, and must answer the same text when given its own
 * answer.
 *
 * @param namespace applied to the namespace
 * @param name applied to the resource name
 * @param subject applied to the subject
 * @param qualifierName applied to each qualifier's name
 * @param qualifierValue applied to each qualifier's value
 */
public record KeyNormalizer(UnaryOperator<String> namespace, UnaryOperator<String> name, UnaryOperator<String> subject,
		UnaryOperator<String> qualifierName, UnaryOperator<String> qualifierValue) {

	/**
	 * Trims, and keeps the case: the default.
	 */
	public static final KeyNormalizer PRESERVE = uniform(String::strip);

	/**
	 * Lower-case namespace, name and qualifier names, UPPER-CASE subject, qualifier
	 * values only trimmed.
	 */
	public static final KeyNormalizer LEGACY = new KeyNormalizer(KeyNormalizer::lower, KeyNormalizer::lower,
			KeyNormalizer::upper, KeyNormalizer::lower, String::strip);

	/**
	 * Every part trimmed and case-folded: to upper case and then to lower case of the
	 * root locale, which also folds characters such as the German sharp s.
	 */
	public static final KeyNormalizer CASE_INSENSITIVE = uniform(KeyNormalizer::fold);

	/**
	 * Checks.
	 */
	public KeyNormalizer {
		Objects.requireNonNull(namespace, "namespace");
		Objects.requireNonNull(name, "name");
		Objects.requireNonNull(subject, "subject");
		Objects.requireNonNull(qualifierName, "qualifierName");
		Objects.requireNonNull(qualifierValue, "qualifierValue");
	}

	/**
	 * Makes a normaliser that applies one function to every part.
	 * @param function the function
	 * @return the normaliser
	 */
	public static KeyNormalizer uniform(UnaryOperator<String> function) {
		return new KeyNormalizer(function, function, function, function, function);
	}

	private static String lower(String text) {
		return text.strip().toLowerCase(Locale.ROOT);
	}

	private static String upper(String text) {
		return text.strip().toUpperCase(Locale.ROOT);
	}

	private static String fold(String text) {
		return lower(upper(text));
	}

}
