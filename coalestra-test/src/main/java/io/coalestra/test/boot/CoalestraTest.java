package io.coalestra.test.boot;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.coalestra.snapshot.SnapshotBuilder;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.autoconfigure.OverrideAutoConfiguration;
import org.springframework.boot.test.context.filter.annotation.TypeExcludeFilters;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.core.annotation.AliasFor;
import org.springframework.test.context.BootstrapWith;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * Starts the slice of a Spring Boot application that has sources and the
 * {@link SnapshotBuilder}, and nothing else: no web server, no data source.
 *
 * <p>
 * Of the scanned components those are loaded that declare a source by a bean method or an
 * annotated method, and those that are a sink of events or metrics, a payload copier, a
 * cache or a customizer. What their constructors need beyond that is added by
 * {@code @MockitoBean} or {@code @Import}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@BootstrapWith(CoalestraTestContextBootstrapper.class)
@ExtendWith(SpringExtension.class)
@OverrideAutoConfiguration(enabled = false)
@TypeExcludeFilters(CoalestraTypeExcludeFilter.class)
@ImportAutoConfiguration
public @interface CoalestraTest {

	/**
	 * Returns properties to add to the environment before the test runs.
	 * @return the properties, as {@code name=value}
	 */
	String[] properties() default {};

	/**
	 * Returns whether only the components described above are loaded.
	 * @return true unless turned off
	 */
	boolean useDefaultFilters() default true;

	/**
	 * Returns filters for components to load as well.
	 * @return the filters
	 */
	Filter[] includeFilters() default {};

	/**
	 * Returns filters for components not to load.
	 * @return the filters
	 */
	Filter[] excludeFilters() default {};

	/**
	 * Returns auto-configurations not to apply.
	 * @return the classes
	 */
	@AliasFor(annotation = ImportAutoConfiguration.class, attribute = "exclude")
	Class<?>[] excludeAutoConfiguration() default {};

}
