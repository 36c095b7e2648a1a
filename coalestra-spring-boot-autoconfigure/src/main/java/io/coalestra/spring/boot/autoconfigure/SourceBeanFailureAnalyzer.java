package io.coalestra.spring.boot.autoconfigure;

import java.lang.reflect.Method;

import io.coalestra.source.Source;
import io.coalestra.spring.boot.autoconfigure.fault.CoreMessage;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanInstantiationException;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says what is wrong with a {@link Source} that its own bean method describes: the
 * source's builder refuses it before this library sees it.
 */
final class SourceBeanFailureAnalyzer extends AbstractFailureAnalyzer<BeanCreationException> {

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BeanCreationException cause) {
		String beanName = cause.getBeanName();
		// The outermost may be of a bean that needs the source: the source's own is
		// further in.
		for (Throwable at = cause; at != null; at = at.getCause()) {
			if (at instanceof BeanCreationException creation && creation.getBeanName() != null) {
				beanName = creation.getBeanName();
			}
			if (at instanceof BeanInstantiationException instantiation
					&& Source.class.isAssignableFrom(instantiation.getBeanClass())) {
				return analyze(beanName, instantiation.getConstructingMethod(), instantiation.getCause());
			}
		}
		return null;
	}

	private static @Nullable FailureAnalysis analyze(@Nullable String beanName, @Nullable Method method,
			@Nullable Throwable thrown) {
		// The core refuses values with the one, and an operation that is missing with the
		// other.
		if (!(thrown instanceof IllegalArgumentException || thrown instanceof NullPointerException)) {
			return null;
		}
		CoreMessage message = CoreMessage.parse(thrown.getMessage());
		if (message == null) {
			return null;
		}
		String place = (method != null) ? method.getDeclaringClass().getSimpleName() + "." + method.getName()
				: "its definition";
		String example = message.example();
		return new FailureAnalysis(
				"The source of the bean '" + beanName + "' is misconfigured:\n\n"
						+ CoreMessage.readable(thrown.getMessage()),
				"Correct the source in " + place
						+ ((example != null) ? ", for example " + message.option() + " to " + example : "") + ".",
				thrown);
	}

}
