package io.coalestra.spring.boot.source;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.Consumer;

import io.coalestra.source.Source;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * Finds the methods of beans that are annotated as sources, and makes sources of them. No
 * bean is made for that: it is asked for when its source is first called.
 */
public final class SourceMethods {

	private static final Logger logger = LoggerFactory.getLogger(SourceMethods.class);

	private final ConfigurableListableBeanFactory beanFactory;

	private final BiPredicate<String, Method> wanted;

	/**
	 * Makes a finder.
	 * @param beanFactory has the beans
	 * @param wanted says of the name of a bean and an annotated method whether it is to
	 * be found
	 */
	public SourceMethods(ConfigurableListableBeanFactory beanFactory, BiPredicate<String, Method> wanted) {
		this.beanFactory = beanFactory;
		this.wanted = wanted;
	}

	/**
	 * Finds the methods.
	 * @param found takes each source with the name of its bean, in the order of the beans
	 * @param refused takes what is wrong with a method that cannot be a source
	 */
	public void find(BiConsumer<String, Source> found, Consumer<InvalidSourceMethodException> refused) {
		for (String beanName : this.beanFactory.getBeanNamesForType(Object.class, true, false)) {
			Class<?> type = typeOf(beanName);
			if (type != null) {
				methodsOf(type).stream()
					.filter((method) -> this.wanted.test(beanName, method))
					.forEachOrdered((method) -> find(beanName, type, method, found, refused));
			}
		}
	}

	private void find(String beanName, Class<?> type, Method method, BiConsumer<String, Source> found,
			Consumer<InvalidSourceMethodException> refused) {
		try {
			found.accept(beanName, source(beanName, type, method));
		}
		catch (InvalidSourceMethodException ex) {
			refused.accept(ex);
		}
	}

	private @Nullable Class<?> typeOf(String beanName) {
		if (ScopedProxyUtils.isScopedTarget(beanName) || isConfiguredByLibrary(beanName)) {
			return null;
		}
		Class<?> type = AutoProxyUtils.determineTargetClass(this.beanFactory, beanName);
		return (type != null && CandidateClasses.mayDeclare(type, List.of(ResourceSource.class))) ? type : null;
	}

	private boolean isConfiguredByLibrary(String beanName) {
		return this.beanFactory.containsBeanDefinition(beanName)
				&& CandidateClasses.isConfiguredByLibrary(this.beanFactory.getBeanDefinition(beanName));
	}

	private static List<Method> methodsOf(Class<?> type) {
		Map<Method, ResourceSource> annotated;
		try {
			annotated = MethodIntrospector.selectMethods(type,
					(MethodIntrospector.MetadataLookup<ResourceSource>) (method) -> AnnotatedElementUtils
						.findMergedAnnotation(method, ResourceSource.class));
		}
		catch (RuntimeException | LinkageError ex) {
			// A signature names a class that is not there. It is for whoever makes the
			// bean to
			// say so, and perhaps nobody does.
			logger.debug("The methods of {} are not looked at", type, ex);
			return List.of();
		}
		List<Method> methods = new ArrayList<>(annotated.keySet());
		// Reflection gives them in no order, and a start should be like the last one.
		methods.sort(Comparator.comparing(Method::toGenericString));
		return methods;
	}

	private Source source(String beanName, Class<?> type, Method method) {
		SourceMethod read = new SourceMethod(type, method, this.beanFactory::resolveEmbeddedValue);
		if (!this.beanFactory.isSingleton(beanName)) {
			throw read.refused("is of the bean '" + beanName + "', which is no singleton (expected: one object for all"
					+ " calls)", "Move the method to a singleton bean, or take out the bean's scope.");
		}
		return read.source(() -> this.beanFactory.getBean(beanName));
	}

}
