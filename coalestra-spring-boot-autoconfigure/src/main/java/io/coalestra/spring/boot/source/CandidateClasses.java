package io.coalestra.spring.boot.source;

import java.lang.annotation.Annotation;
import java.util.Collection;

import org.springframework.core.annotation.AnnotationUtils;

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
	 * Returns whether methods of a class may have an annotation of this library.
	 * @param type the class
	 * @param annotations the annotations
	 * @return false if none can
	 */
	public static boolean mayDeclare(Class<?> type, Collection<Class<? extends Annotation>> annotations) {
		return !type.getName().startsWith(SPRING) && AnnotationUtils.isCandidateClass(type, annotations);
	}

}
