package io.coalestra.test.boot;

import java.io.IOException;
import java.util.Set;

import io.coalestra.cache.PayloadCopier;
import io.coalestra.cache.SnapshotCache;
import io.coalestra.signal.EventSink;
import io.coalestra.signal.MetricSink;
import io.coalestra.source.BatchSource;
import io.coalestra.source.DerivedSource;
import io.coalestra.source.SingleSource;
import io.coalestra.source.Source;
import io.coalestra.spring.boot.autoconfigure.CoalestraCustomizer;
import io.coalestra.spring.boot.source.ResourceSource;

import org.springframework.boot.test.context.filter.annotation.StandardAnnotationCustomizableTypeExcludeFilter;
import org.springframework.core.type.MethodMetadata;
import org.springframework.core.type.classreading.MetadataReader;
import org.springframework.core.type.classreading.MetadataReaderFactory;

/**
 * Decides which components {@link CoalestraTest} loads.
 */
final class CoalestraTypeExcludeFilter extends StandardAnnotationCustomizableTypeExcludeFilter<CoalestraTest> {

	private static final Set<Class<?>> INCLUDES = Set.of(EventSink.class, MetricSink.class, PayloadCopier.class,
			SnapshotCache.class, CoalestraCustomizer.class);

	private static final Set<String> SOURCES = Set.of(Source.class.getName(), SingleSource.class.getName(),
			BatchSource.class.getName(), DerivedSource.class.getName());

	CoalestraTypeExcludeFilter(Class<?> testClass) {
		super(testClass);
	}

	@Override
	protected Set<Class<?>> getKnownIncludes() {
		return INCLUDES;
	}

	@Override
	protected boolean defaultInclude(MetadataReader reader, MetadataReaderFactory factory) throws IOException {
		return declaresSource(reader) || super.defaultInclude(reader, factory);
	}

	private static boolean declaresSource(MetadataReader reader) {
		if (reader.getAnnotationMetadata().hasAnnotatedMethods(ResourceSource.class.getName())) {
			return true;
		}
		return reader.getAnnotationMetadata()
			.getAnnotatedMethods("org.springframework.context.annotation.Bean")
			.stream()
			.map(MethodMetadata::getReturnTypeName)
			.anyMatch(SOURCES::contains);
	}

}
