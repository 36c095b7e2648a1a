package io.coalestra.spring.boot.autoconfigure.collections;

import java.util.List;
import java.util.TreeSet;

import io.coalestra.collections.CollectionRegistry;
import io.coalestra.collections.access.RowCollection;
import io.coalestra.collections.jdbc.PostgresStore;
import io.coalestra.collections.store.RowStore;
import io.coalestra.collections.store.StoreException;
import io.coalestra.spring.boot.autoconfigure.fault.Faults;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Stops the start of an application whose properties name collections that there are not,
 * whose collections lack the store that they are to have, or whose tables are otherwise
 * than declared. A database that cannot be asked stops nothing.
 */
final class CollectionsValidation implements SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(CollectionsValidation.class);

	private final CollectionsProperties properties;

	private final CollectionRegistry registry;

	private final ObjectProvider<RowCollection<?, ?>> declared;

	private final ObjectProvider<RowStore> store;

	private final boolean isCustomized;

	CollectionsValidation(CollectionsProperties properties, CollectionRegistry registry,
			ObjectProvider<RowCollection<?, ?>> declared, ObjectProvider<RowStore> store, boolean isCustomized) {
		this.properties = properties;
		this.registry = registry;
		this.declared = declared;
		this.store = store;
		this.isCustomized = isCustomized;
	}

	@Override
	public void afterSingletonsInstantiated() {
		// Those that are made late are made now: only then is it known what they are
		// called.
		this.declared.stream().forEach((collection) -> logger.debug("Collection {}", collection.name()));
		Faults faults = new Faults();
		nameUnmatched(faults);
		RowStore stored = this.store.getIfUnique();
		for (RowCollection<?, ?> collection : this.registry.collections()) {
			if (this.properties.hasStore(collection.name())) {
				check(collection, stored, faults);
			}
		}
		faults.throwIfAny();
	}

	// What customizers say of a collection's store cannot be seen.
	private void check(RowCollection<?, ?> collection, @Nullable RowStore stored, Faults faults) {
		if (stored instanceof PostgresStore postgres && this.properties.checkTables()) {
			check(collection, postgres, faults);
		}
		if (stored == null && !this.isCustomized) {
			faults.add(
					"The collection \"" + collection.name() + "\"", "has no store to keep its rows in, and "
							+ CollectionRules.propertyOf(collection.name()) + ".store is not false",
					MissingCollectionsFailureAnalyzer.ADD_A_STORE);
		}
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
