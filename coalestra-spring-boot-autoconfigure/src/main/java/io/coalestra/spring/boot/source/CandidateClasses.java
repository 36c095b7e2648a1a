package io.coalestra.spring.boot.source;

import java.lang.annotation.Annotation;
import java.util.Collection;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.type.MethodMetadata;

/**
 * Says which classes of beans are worth looking through for annotated methods. Most beans
 * of an application are Spring's own, and looking through them all would be felt when it
 * starts.
 */
public final class CandidateClasses {

	private static final String SPRING = "org.springframework.";

	private static final String OWN = "io.coalestra.spring.boot.autoconfigure.";

	private static final String AUTO_CONFIGURATION = "AutoConfiguration";

	private CandidateClasses() {
	}

	/**
	 * Returns whether a bean is made by a configuration of Spring's or of this library,
	 * and so is none of the application's, whatever its class.
	 * @param definition the definition of a bean
	 * @return false if it may be the application's
	 */
	public static boolean isConfiguredByLibrary(BeanDefinition definition) {
		MethodMetadata factory = factoryOf(definition);
		return factory != null && isOfLibrary(factory.getDeclaringClassName());
	}

	private static boolean isOfLibrary(@Nullable String className) {
		if (className == null) {
			return false;
		}
		int nested = className.indexOf('$');
		String outer = (nested > 0) ? className.substring(0, nested) : className;
		return className.startsWith(SPRING) || (outer.startsWith(OWN) && outer.endsWith(AUTO_CONFIGURATION));
	}

	/**
	 * Returns whether a bean's class is worth finding out. That of one that Spring Boot
	 * configures is known by its definition to be Spring's, without resolving it.
	 * @param definition the definition of a bean
	 * @return false if its class is declared to be one of Spring's, or a library makes it
	 */
	public static boolean isWorthResolving(BeanDefinition definition) {
		if (isConfiguredByLibrary(definition)) {
			return false;
		}
		MethodMetadata factory = factoryOf(definition);
		String declared = (factory != null) ? factory.getReturnTypeName() : definition.getBeanClassName();
		boolean known = factory != null || definition.getFactoryMethodName() == null;
		return !known || !isOfLibrary(declared);
	}

	private static @Nullable MethodMetadata factoryOf(BeanDefinition definition) {
		return (definition instanceof AnnotatedBeanDefinition annotated) ? annotated.getFactoryMethodMetadata() : null;
	}

	/**
	 * Returns whether methods of a class may have an annotation of this library.
	 * @param type the class
	 * @param annotations the annotations
	 * @return false if none can
	 */
	public static boolean mayDeclare(Class<?> type, Collection<Class<? extends Annotation>> annotations) {
		return !type.getName().startsWith(SPRING) && AnnotationUtils.isCandidateClass(type, annotations);
	}

}
