package io.coalestra.spring.boot.autoconfigure.collections;

import java.util.Set;

import io.coalestra.collections.store.RowStore;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitializationDetector;
import org.springframework.util.ClassUtils;

/**
 * Lets the store of rows wait for what makes the tables: Flyway, Liquibase, or the
 * scripts of {@code spring.sql.init}.
 */
final class RowStoreInitializationDetector implements DependsOnDatabaseInitializationDetector {

	private static final boolean PRESENT = ClassUtils.isPresent("io.coalestra.collections.store.RowStore",
			RowStoreInitializationDetector.class.getClassLoader());

	@Override
	public Set<String> detect(ConfigurableListableBeanFactory beanFactory) {
		return PRESENT ? Stores.of(beanFactory) : Set.of();
	}

	/**
	 * Apart, as it needs the collections' classes.
	 */
	private static final class Stores {

		static Set<String> of(ConfigurableListableBeanFactory beanFactory) {
			return Set.of(beanFactory.getBeanNamesForType(RowStore.class, true, false));
		}

	}

}
