package io.coalestra.spring.boot.autoconfigure;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

import io.coalestra.key.ResourceKey;
import io.coalestra.source.Payload;
import io.coalestra.spring.boot.source.ResourceSource;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.support.RegisteredBean;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Tells a native image of what annotated methods answer with, which is copied by its
 * parts, and written for a shared tier as JSON.
 */
final class SourcePayloadHints implements BeanRegistrationAotProcessor {

	private static final BindingReflectionHintsRegistrar PAYLOADS = new BindingReflectionHintsRegistrar();

	private static final Set<Class<?>> AROUND_PAYLOADS = Set.of(Payload.class, ResourceKey.class, Optional.class);

	@Override
	public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean registeredBean) {
		Class<?> bean = ClassUtils.getUserClass(registeredBean.getBeanClass());
		Set<Type> payloads = new LinkedHashSet<>();
		for (Method method : ReflectionUtils.getUniqueDeclaredMethods(bean)) {
			if (AnnotatedElementUtils.hasAnnotation(method, ResourceSource.class)) {
				collect(ResolvableType.forMethodReturnType(method, bean), payloads);
			}
		}
		return payloads.isEmpty() ? null : (generation, code) -> PAYLOADS
			.registerReflectionHints(generation.getRuntimeHints().reflection(), payloads.toArray(Type[]::new));
	}

	private static void collect(ResolvableType type, Set<Type> payloads) {
		Class<?> raw = type.toClass();
		if (isAroundPayloads(raw)) {
			for (ResolvableType inner : type.getGenerics()) {
				collect(inner, payloads);
			}
		}
		else if (raw != Object.class) {
			payloads.add(type.getType());
		}
	}

	private static boolean isAroundPayloads(Class<?> type) {
		ReactiveAdapterRegistry reactive = ReactiveAdapterRegistry.getSharedInstance();
		return AROUND_PAYLOADS.contains(type) || Map.class.isAssignableFrom(type)
				|| Collection.class.isAssignableFrom(type) || CompletionStage.class.isAssignableFrom(type)
				|| (reactive.hasAdapters() && reactive.getAdapter(type) != null);
	}

}
