package io.coalestra.spring.boot.autoconfigure;

import java.util.List;
import java.util.Properties;
import java.util.function.Supplier;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.context.support.PropertySourcesPlaceholderConfigurer;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Makes properties from their defaults alone where nothing of them is set. Binding
 * nothing to large records is the dearest part of an application's start that does not
 * use them yet. Imported where the properties are enabled.
 *
 * @param <T> type of the properties
 */
public abstract class UnsetProperties<T> implements ImportBeanDefinitionRegistrar {

	private final Environment environment;

	private final Class<T> type;

	private final List<ConfigurationPropertyName> names;

	private final Supplier<T> defaults;

	/**
	 * Makes a registrar.
	 * @param environment has the properties
	 * @param type the properties, whose prefix is "coalestra"
	 * @param names below which everything is that the properties have
	 * @param defaults makes what binding nothing comes to
	 */
	protected UnsetProperties(Environment environment, Class<T> type, List<String> names, Supplier<T> defaults) {
		this.environment = environment;
		this.type = type;
		this.names = names.stream().map(ConfigurationPropertyName::of).toList();
		this.defaults = defaults;
	}

	@Override
	public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
		String beanName = PropertiesMapper.PREFIX + "-" + this.type.getName();
		BeanDefinition definition = registry.containsBeanDefinition(beanName) ? registry.getBeanDefinition(beanName)
				: null;
		if (definition instanceof AbstractBeanDefinition enabled && registry instanceof ListableBeanFactory beans) {
			Supplier<?> bound = enabled.getInstanceSupplier();
			if (bound != null) {
				enabled.setInstanceSupplier(() -> isAnySet(beans) ? bound.get() : this.defaults.get());
			}
		}
	}

	private boolean isAnySet(ListableBeanFactory beans) {
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(this.environment)) {
			if (hasAny(source)) {
				return true;
			}
		}
		// Binding looks at these as well.
		return beans.getBeansOfType(PropertySourcesPlaceholderConfigurer.class, false, false)
			.values()
			.stream()
			.anyMatch(UnsetProperties::hasOwnProperties);
	}

	// A source that cannot tell may have some.
	private boolean hasAny(ConfigurationPropertySource source) {
		return this.names.stream()
			.anyMatch((name) -> source.containsDescendantOf(name) != ConfigurationPropertyState.ABSENT
					|| source.getConfigurationProperty(name) != null);
	}

	private static boolean hasOwnProperties(PropertySourcesPlaceholderConfigurer configurer) {
		PropertySource<?> own = configurer.getAppliedPropertySources()
			.get(PropertySourcesPlaceholderConfigurer.LOCAL_PROPERTIES_PROPERTY_SOURCE_NAME);
		return own != null && !(own.getSource() instanceof Properties properties && properties.isEmpty());
	}

}
