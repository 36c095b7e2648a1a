package io.coalestra.spring.boot.autoconfigure;

import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.spring.boot.builder.NamedSnapshotBuilders;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Import;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for {@link SnapshotBuilder builders}
 * that properties describe by name, beside the one that has no name.
 */
@AutoConfiguration(after = CoalestraAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "coalestra.enabled", matchIfMissing = true)
@Conditional(OnNamedBuilders.class)
@Import(NamedBuildersRegistrar.class)
public final class CoalestraBuildersAutoConfiguration {

	CoalestraBuildersAutoConfiguration() {
	}

	@Bean(NamedBuilderFactory.BEAN)
	NamedBuilderFactory coalestraNamedBuilderFactory(BuilderAssembly assembly, CoalestraProperties properties,
			ApplicationContext context) {
		return new NamedBuilderFactory(assembly, properties, context);
	}

	@Bean
	NamedSnapshotBuilders coalestraNamedBuilders(NamedBuilderFactory factory) {
		return factory.all();
	}

}
