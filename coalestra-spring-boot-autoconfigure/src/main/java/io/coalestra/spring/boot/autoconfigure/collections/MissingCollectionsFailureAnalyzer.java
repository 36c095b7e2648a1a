package io.coalestra.spring.boot.autoconfigure.collections;

import java.util.List;
import javax.sql.DataSource;

import io.coalestra.spring.boot.collections.RowRepository;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * Says why there are no collections where somebody needs them. Before Spring Boot's own
 * analyzer, which only knows that the bean is missing.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class MissingCollectionsFailureAnalyzer extends AbstractFailureAnalyzer<NoSuchBeanDefinitionException> {

	static final String ADD_A_STORE = "Add spring-boot-starter-jdbc and org.postgresql:postgresql, and say where the"
			+ " database is by spring.datasource.url; or declare a bean of type RowStore. Of several DataSource beans, mark"
			+ " one as @Primary. Collections that are to do without a store are named by coalestra.collections.named, with"
			+ " store: false.";

	private static final String REGISTRY = "io.coalestra.collections.CollectionRegistry";

	private static final String DRIVER = "org.postgresql.PGConnection";

	private final @Nullable BeanFactory beanFactory;

	private final @Nullable Environment environment;

	MissingCollectionsFailureAnalyzer(@Nullable BeanFactory beanFactory, @Nullable Environment environment) {
		this.beanFactory = beanFactory;
		this.environment = environment;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, NoSuchBeanDefinitionException cause) {
		ResolvableType wanted = cause.getResolvableType();
		Class<?> type = (wanted != null) ? wanted.resolve() : null;
		if (type == null) {
			return null;
		}
		if (AnnotatedElementUtils.hasAnnotation(type, RowRepository.class)) {
			FailureAnalysis off = switchedOff(type, cause);
			return (off != null) ? off : outside(type, cause);
		}
		if (type.getName().equals(REGISTRY)) {
			FailureAnalysis off = switchedOff(type, cause);
			return (off != null) ? off : new FailureAnalysis(head(type) + noStore(), ADD_A_STORE, cause);
		}
		return null;
	}

	private static String head(Class<?> type) {
		return "A bean of type " + type.getName() + " is needed, and there is none: ";
	}

	private @Nullable FailureAnalysis switchedOff(Class<?> type, Throwable cause) {
		if (this.environment != null) {
			for (String property : List.of("coalestra.enabled", "coalestra.collections.enabled")) {
				if (!this.environment.getProperty(property, Boolean.class, true)) {
					return new FailureAnalysis(head(type) + property + " is false.",
							"Set " + property + " to true, or do without collections.", cause);
				}
			}
		}
		return null;
	}

	private FailureAnalysis outside(Class<?> type, Throwable cause) {
		List<String> packages = (this.beanFactory != null && AutoConfigurationPackages.has(this.beanFactory))
				? AutoConfigurationPackages.get(this.beanFactory) : List.of();
		return new FailureAnalysis(
				head(type) + "it is annotated with @RowRepository, but in none of the packages that are searched, "
						+ packages + ".",
				"Move it to one of them or below, or name its package by @AutoConfigurationPackage(basePackages = \""
						+ type.getPackageName() + "\").",
				cause);
	}

	private String noStore() {
		if (!ClassUtils.isPresent(DRIVER, getClass().getClassLoader())) {
			return "PostgreSQL's driver is not on the class path, and there is no bean of type RowStore.";
		}
		int sources = dataSources();
		return (sources == 0) ? "there is no DataSource bean, and none of type RowStore."
				: "there are " + sources + " DataSource beans of which none is @Primary, and none of type RowStore.";
	}

	private int dataSources() {
		return (this.beanFactory instanceof ListableBeanFactory beans)
				? beans.getBeanNamesForType(DataSource.class, true, false).length : 0;
	}

}
