package io.coalestra.spring.boot.autoconfigure.collections;

import io.coalestra.collections.CollectionRegistry;
import io.coalestra.collections.flush.BufferedWriteBehind;
import io.coalestra.collections.flush.FlushResult;
import io.coalestra.spring.boot.autoconfigure.lifecycle.ClosingLifecycle;
import io.coalestra.spring.boot.autoconfigure.lifecycle.SnapshotBuilderLifecycle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationContext;

/**
 * Stores what is pending when the application ends, and closes the collections: while the
 * data source is still there.
 */
final class CollectionsLifecycle extends ClosingLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(CollectionsLifecycle.class);

	private final CollectionRegistry registry;

	private final BufferedWriteBehind writeBehind;

	private final CollectionsProperties properties;

	CollectionsLifecycle(CollectionRegistry registry, BufferedWriteBehind writeBehind, CollectionsProperties properties,
			ApplicationContext context) {
		super("The registry of collections", SnapshotBuilderLifecycle.PHASE, context);
		this.registry = registry;
		this.writeBehind = writeBehind;
		this.properties = properties;
	}

	@Override
	protected void close() {
		try {
			FlushResult result = this.writeBehind.close(this.properties.writeBehind().closeLimit());
			if (!result.isComplete()) {
				logger.error("{} pending writes were not stored before the end, {} were given up", result.left(),
						result.dropped());
			}
		}
		finally {
			this.registry.close();
		}
	}

}
