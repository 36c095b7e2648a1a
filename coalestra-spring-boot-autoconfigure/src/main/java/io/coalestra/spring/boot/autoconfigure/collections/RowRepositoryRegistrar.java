package io.coalestra.spring.boot.autoconfigure.collections;

import java.util.List;

import io.coalestra.spring.boot.collections.RowRepository;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.context.annotation.AnnotationBeanNameGenerator;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;

/**
 * Finds the interfaces that are annotated with {@link RowRepository} in the packages of
 * the application, and defines a bean for each.
 */
final class RowRepositoryRegistrar implements ImportBeanDefinitionRegistrar {

	private final BeanFactory beanFactory;

	private final Environment environment;

	private final ResourceLoader resourceLoader;

	RowRepositoryRegistrar(BeanFactory beanFactory, Environment environment, ResourceLoader resourceLoader) {
		this.beanFactory = beanFactory;
		this.environment = environment;
		this.resourceLoader = resourceLoader;
	}

	@Override
	public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
		if (!AutoConfigurationPackages.has(this.beanFactory)) {
			return;
		}
		List<String> packages = AutoConfigurationPackages.get(this.beanFactory);
		Scanner scanner = new Scanner(this.environment, this.resourceLoader);
		for (String each : packages) {
			for (BeanDefinition found : scanner.findCandidateComponents(each)) {
				define(found, registry);
			}
		}
	}

	private void define(BeanDefinition found, BeanDefinitionRegistry registry) {
		Class<?> type = ClassUtils.resolveClassName(String.valueOf(found.getBeanClassName()),
				this.resourceLoader.getClassLoader());
		RootBeanDefinition definition = new RootBeanDefinition(RowRepositoryFactoryBean.class);
		definition.setTargetType(ResolvableType.forClassWithGenerics(RowRepositoryFactoryBean.class, type));
		definition.setAttribute(FactoryBean.OBJECT_TYPE_ATTRIBUTE, type);
		definition.getConstructorArgumentValues().addIndexedArgumentValue(0, type);
		definition.setAutowireMode(AbstractBeanDefinition.AUTOWIRE_CONSTRUCTOR);
		definition.setResourceDescription("@RowRepository of " + type.getName());
		String name = AnnotationBeanNameGenerator.INSTANCE.generateBeanName(found, registry);
		if (!isDefined(registry, name, type)) {
			registry.registerBeanDefinition(name, definition);
		}
	}

	// Packages may lie within each other.
	private static boolean isDefined(BeanDefinitionRegistry registry, String name, Class<?> type) {
		return registry.containsBeanDefinition(name)
				&& type.equals(registry.getBeanDefinition(name).getAttribute(FactoryBean.OBJECT_TYPE_ATTRIBUTE));
	}

	private static final class Scanner extends ClassPathScanningCandidateComponentProvider {

		private Scanner(Environment environment, ResourceLoader resourceLoader) {
			super(false, environment);
			setResourceLoader(resourceLoader);
			addIncludeFilter(new AnnotationTypeFilter(RowRepository.class, false, false));
		}

		// What is no interface is found too, so that it can be said what is wrong with
		// it.
		@Override
		protected boolean isCandidateComponent(AnnotatedBeanDefinition definition) {
			return definition.getMetadata().isIndependent();
		}

	}

}
