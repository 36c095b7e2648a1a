package io.coalestra.spring.boot.autoconfigure.fault;

import java.io.Serializable;
import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

/**
 * Something that keeps the application from starting, told so that it can be repaired.
 *
 * @param where the property or the source with its bean
 * @param problem what is wrong there
 * @param remedy what to do about it, in whole sentences
 */
public record ConfigurationFault(String where, String problem, String remedy) implements Serializable {

	/**
	 * Describes a value that the core refused.
	 * @param prefix the property below which the value was set
	 * @param refusal what the core said
	 * @return the fault
	 */
	public static ConfigurationFault ofProperty(String prefix, IllegalArgumentException refusal) {
		CoreMessage message = CoreMessage.parse(refusal.getMessage());
		if (message == null) {
			return new ConfigurationFault(prefix, CoreMessage.readable(refusal.getMessage()),
					"Correct what is set below " + prefix + ".");
		}
		String property = prefix + "." + message.propertyName();
		return new ConfigurationFault(property, "is " + message.value() + " (expected: " + message.expected() + ")",
				"Correct " + property + forExample(message.example()) + ".");
	}

	/**
	 * Names a method that declares something by an annotation.
	 * @param annotation the annotation, as it is written
	 * @param method the method
	 * @param beanName the bean that has it
	 * @return where it is
	 */
	public static String placeOf(String annotation, Method method, String beanName) {
		return annotation + " method " + method.getDeclaringClass().getSimpleName() + "." + method.getName()
				+ " (bean '" + beanName + "')";
	}

	private static String forExample(@Nullable String example) {
		return (example != null) ? ", for example to " + example : "";
	}

}
