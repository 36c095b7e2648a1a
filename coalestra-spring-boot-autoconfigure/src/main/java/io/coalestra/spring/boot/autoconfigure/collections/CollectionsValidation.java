package io.coalestra.spring.boot.autoconfigure.collections;

import java.util.List;
import java.util.TreeSet;

import io.coalestra.collections.CollectionRegistry;
import io.coalestra.collections.access.RowCollection;
import io.coalestra.collections.jdbc.PostgresStore;
import io.coalestra.collections.store.StoreException;
import io.coalestra.spring.boot.autoconfigure.fault.Faults;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Stops the start of an application whose properties name collections that there are not,
 * or whose tables are otherwise than declared. A database that cannot be asked stops
 * nothing.
 */
final class CollectionsValidation implements SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(CollectionsValidation.class);

	private final CollectionsProperties properties;

	private final CollectionRegistry registry;

	private final ObjectProvider<RowCollection<?, ?>> declared;

	private final ObjectProvider<PostgresStore> store;

	CollectionsValidation(CollectionsProperties properties, CollectionRegistry registry,
			ObjectProvider<RowCollection<?, ?>> declared, ObjectProvider<PostgresStore> store) {
		this.properties = properties;
		this.registry = registry;
		this.declared = declared;
		this.store = store;
	}

	@Override
	public void afterSingletonsInstantiated() {
		// Those that are made late are made now: only then is it known what they are
		// called.
		this.declared.stream().forEach((collection) -> logger.debug("Collection {}", collection.name()));
		Faults faults = new Faults();
		nameUnmatched(faults);
		PostgresStore postgres = this.store.getIfUnique();
		if (postgres != null && this.properties.checkTables()) {
			this.registry.collections().forEach((collection) -> check(collection, postgres, faults));
		}
		faults.throwIfAny();
	}

	private void nameUnmatched(Faults faults) {
		TreeSet<String> names = new TreeSet<>();
		this.registry.collections().forEach((collection) -> names.add(collection.name()));
		for (String name : this.properties.named().keySet()) {
			if (!names.contains(name)) {
				faults.add(CollectionRules.propertyOf(name), "matches no collection (expected: one of " + names + ")",
						"Correct the name, or declare a bean of type RowCollection of that table.");
			}
		}
	}

	private void check(RowCollection<?, ?> collection, PostgresStore postgres, Faults faults) {
		try {
			List<String> problems = postgres.check(collection.table());
			for (String problem : problems) {
				faults.add("The collection \"" + collection.name() + "\" does not match its table:", problem,
						"Correct the table or its declaration, or set " + CollectionRules.PREFIX
								+ ".check-tables to false.");
			}
		}
		catch (StoreException ex) {
			logger.warn("The table of collection {} could not be checked: {}", collection.name(), ex.getMessage());
		}
	}

}
