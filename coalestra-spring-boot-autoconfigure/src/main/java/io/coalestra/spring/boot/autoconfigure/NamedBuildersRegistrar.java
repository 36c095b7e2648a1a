package io.coalestra.spring.boot.autoconfigure;

import io.coalestra.publish.ResourcePublisher;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.spring.boot.autoconfigure.lifecycle.SnapshotBuilderLifecycle;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Registers the beans of each named builder: its sources, the builder, its publisher, its
 * settings and what closes it. They are injected with the name as qualifier only, so that
 * who asks for a builder without one gets the one that has no name.
 */
final class NamedBuildersRegistrar implements ImportBeanDefinitionRegistrar {

	private final Environment environment;

	NamedBuildersRegistrar(Environment environment) {
		this.environment = environment;
	}

	@Override
	public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
		for (String name : BuilderNames.of(this.environment)) {
			register(registry, name, DiscoveredSources.class, "sources", "");
			register(registry, name, SnapshotBuilder.class, "builder", AbstractBeanDefinition.INFER_METHOD);
			register(registry, name, ResourcePublisher.class, "publisher", "");
			register(registry, name, CoalestraSettings.class, "settings", "");
			register(registry, name, SnapshotBuilderLifecycle.class, "lifecycle", "");
		}
	}

	private static void register(BeanDefinitionRegistry registry, String name, Class<?> type, String method,
			String destroyMethod) {
		RootBeanDefinition definition = new RootBeanDefinition(type);
		definition.setFactoryBeanName(NamedBuilderFactory.BEAN);
		definition.setFactoryMethodName(method);
		definition.getConstructorArgumentValues().addIndexedArgumentValue(0, name);
		// The publisher is the builder's, which the lifecycle has closed before.
		definition.setDestroyMethodName(destroyMethod);
		definition.setDefaultCandidate(false);
		definition.addQualifier(new AutowireCandidateQualifier(Qualifier.class, name));
		registry.registerBeanDefinition(BuilderNames.beanOf(name, type), definition);
	}

}
