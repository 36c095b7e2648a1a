package io.coalestra.spring.boot.autoconfigure.batch;

import java.lang.reflect.Method;
import java.util.LinkedHashSet;
import java.util.Set;

import io.coalestra.spring.boot.batch.Batched;
import io.coalestra.spring.boot.batch.BulkMethod;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.ExecutableMode;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.support.RegisteredBean;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Tells a native image of the methods that are found, and called, by their annotations.
 */
final class BatchMethodHints implements BeanRegistrationAotProcessor {

	@Override
	public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean registeredBean) {
		Set<Method> methods = new LinkedHashSet<>();
		Class<?> type = ClassUtils.getUserClass(registeredBean.getBeanClass());
		for (Method method : ReflectionUtils.getUniqueDeclaredMethods(type)) {
			Batched batched = AnnotatedElementUtils.findMergedAnnotation(method, Batched.class);
			if (batched != null) {
				methods.add(method);
				for (Method partner : ReflectionUtils.getUniqueDeclaredMethods(type)) {
					if (partner.getName().equals(batched.bulk())) {
						methods.add(partner);
					}
				}
			}
			else if (AnnotatedElementUtils.hasAnnotation(method, BulkMethod.class)) {
				methods.add(method);
			}
		}
		if (methods.isEmpty()) {
			return null;
		}
		return (generation, code) -> methods.forEach(
				(method) -> generation.getRuntimeHints().reflection().registerMethod(method, ExecutableMode.INVOKE));
	}

}
