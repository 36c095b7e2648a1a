package io.coalestra.spring.boot.autoconfigure;

import java.lang.reflect.Method;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * Says to which builder a bean belongs: to the one whose name is its qualifier, and all
 * others to the one that has no name.
 */
final class BuilderMembership {

	private final ConfigurableListableBeanFactory beans;

	private final Set<String> names;

	/**
	 * Makes the memberships.
	 * @param beans has the beans
	 * @param names the names of the builders that have one
	 */
	BuilderMembership(ConfigurableListableBeanFactory beans, Set<String> names) {
		this.beans = beans;
		this.names = names;
	}

	/**
	 * Returns the builder of a bean.
	 * @param beanName the bean's name
	 * @return the builder's name, or null for the one that has none
	 */
	@Nullable String ofBean(String beanName) {
		for (String name : this.names) {
			if (BeanFactoryAnnotationUtils.isQualifierMatch(name::equals, beanName, this.beans)) {
				return name;
			}
		}
		return null;
	}

	/**
	 * Returns the builder of an annotated method.
	 * @param beanName the name of its bean
	 * @param method the method, whose own qualifier comes before that of its bean
	 * @return the builder's name, or null for the one that has none
	 */
	@Nullable String ofMethod(String beanName, Method method) {
		if (this.names.isEmpty()) {
			return null;
		}
		Qualifier qualifier = AnnotatedElementUtils.findMergedAnnotation(method, Qualifier.class);
		return (qualifier != null && this.names.contains(qualifier.value())) ? qualifier.value() : ofBean(beanName);
	}

	/**
	 * Returns the beans of one builder.
	 * @param <T> the type of the beans
	 * @param builder the builder's name, or null for the one that has none
	 * @param type the type of the beans
	 * @param provider provides them
	 * @return the beans in their order
	 */
	<T> Stream<T> beansOf(@Nullable String builder, Class<T> type, ObjectProvider<T> provider) {
		if (builder == null && this.names.isEmpty()) {
			return provider.orderedStream();
		}
		// The provider knows the order and which beans are candidates at all, and only
		// this map the names.
		IdentityHashMap<T, String> beanNames = new IdentityHashMap<>();
		this.beans.getBeansOfType(type).forEach((name, bean) -> beanNames.put(bean, name));
		Stream<T> candidates = (builder == null) ? provider.orderedStream()
				: provider.orderedStream(ObjectProvider.UNFILTERED);
		return candidates.filter((bean) -> Objects.equals(ofBean(beanNames.getOrDefault(bean, "")), builder));
	}

}
