package io.coalestra.spring.boot.source;

import java.lang.annotation.Annotation;
import java.util.Collection;

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

	private CandidateClasses() {
	}

	/**
	 * Returns whether a bean's class is worth finding out. That of one that Spring Boot
	 * configures is known by its definition to be Spring's, without resolving it.
	 * @param definition the definition of a bean
	 * @return false if its class is declared to be one of Spring's
	 */
	public static boolean isWorthResolving(BeanDefinition definition) {
		MethodMetadata factory = (definition instanceof AnnotatedBeanDefinition annotated)
				? annotated.getFactoryMethodMetadata() : null;
		String declared = (factory != null) ? factory.getReturnTypeName() : definition.getBeanClassName();
		boolean known = factory != null || definition.getFactoryMethodName() == null;
		return !known || declared == null || !declared.startsWith(SPRING);
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
