package io.coalestra.collections.bridge;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.coalestra.cache.WriteRule;
import io.coalestra.collections.access.LoadException;
import io.coalestra.collections.access.RowCollection;
import io.coalestra.collections.access.RowListener;
import io.coalestra.collections.access.Versioned;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.publish.ResourcePublisher;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.source.BatchSource;
import io.coalestra.source.FetchContext;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a collection a source of snapshots, and its writes news to a builder. The subject
 * of a resource's key is the {@linkplain RowCollection#keyText text of the row's key}.
 *
 * <pre>{@code
 * Source source = CollectionSources.source(accounts, ACCOUNT).transportTimeout(Duration.ofSeconds(10)).build();
 * CollectionSources.publish(accounts, ACCOUNT, builder.publisher());
 * }</pre>
 */
public final class CollectionSources {

	private static final Logger logger = LoggerFactory.getLogger(CollectionSources.class);

	private CollectionSources() {
	}

	/**
	 * Begins a source that reads rows of a collection, many a call, with their versions;
	 * a row that there is not is an absence. A subject that is no key of the collection,
	 * and a row that cannot be read, fail alone: they are left out of the answer. It
	 * blocks, and still has to say how its calls are sure to end: by the limit of the
	 * collection's loads.
	 * @param <K> the keys' type
	 * @param <R> the rows' type
	 * @param collection the collection
	 * @param type the resource type
	 * @return a builder
	 */
	public static <K, R> BatchSource.Builder<R> source(RowCollection<K, R> collection, ResourceType<R> type) {
		Objects.requireNonNull(collection, "collection");
		return Source.batch("collection " + collection.name(), type,
				(List<ResourceKey<R>> keys, FetchContext context) -> fetch(collection, keys));
	}

	private static <K, R> Map<ResourceKey<R>, Payload<R>> fetch(RowCollection<K, R> collection,
			List<ResourceKey<R>> keys) {
		Map<ResourceKey<R>, K> rowKeys = rowKeys(collection, keys);
		Map<ResourceKey<R>, Payload<R>> payloads = LinkedHashMap.newLinkedHashMap(keys.size());
		try {
			Map<K, Versioned<R>> rows = collection.findAllVersioned(rowKeys.values());
			rowKeys.forEach((key, rowKey) -> payloads.put(key, payload(rows.get(rowKey))));
			return payloads;
		}
		catch (LoadException ex) {
			if (!ex.isOfRow() || keys.size() == 1) {
				throw ex;
			}
		}
		// Those that could be read are in memory by now.
		rowKeys.forEach((key, rowKey) -> {
			try {
				payloads.put(key, payload(collection.findVersioned(rowKey).orElse(null)));
			}
			catch (LoadException ex) {
				if (!ex.isOfRow()) {
					throw ex;
				}
				logger.warn("{} is left out: it cannot be read", key, ex);
			}
		});
		return payloads;
	}

	private static <K, R> Map<ResourceKey<R>, K> rowKeys(RowCollection<K, R> collection, List<ResourceKey<R>> keys) {
		Map<ResourceKey<R>, K> rowKeys = LinkedHashMap.newLinkedHashMap(keys.size());
		for (ResourceKey<R> key : keys) {
			try {
				rowKeys.put(key, collection.parseKey(key.subject()));
			}
			catch (IllegalArgumentException ex) {
				if (keys.size() == 1) {
					throw ex;
				}
				logger.debug("{} is left out: its subject is no key of the collection", key, ex);
			}
		}
		return rowKeys;
	}

	private static <R> Payload<R> payload(@Nullable Versioned<R> row) {
		if (row == null) {
			return Payload.absent();
		}
		Payload<R> payload = Payload.of(row.value());
		return (row.version() != null) ? payload.version(row.version().toString()) : payload;
	}

	/**
	 * Lets a builder know what becomes visible in a collection: rows that this process
	 * writes are published, those that are deleted or written elsewhere are invalidated.
	 * @param <K> the keys' type
	 * @param <R> the rows' type
	 * @param collection the collection
	 * @param type the resource type
	 * @param publisher the builder's publisher
	 * @return ends that when closed
	 */
	public static <K, R> RowCollection.Subscription publish(RowCollection<K, R> collection, ResourceType<R> type,
			ResourcePublisher publisher) {
		Objects.requireNonNull(type, "type");
		Objects.requireNonNull(publisher, "publisher");
		return collection.onChange(new Publication<>(collection, type, publisher));
	}

	/**
	 * What a collection tells, as news to a builder.
	 *
	 * @param <K> the keys' type
	 * @param <R> the rows' type
	 */
	private record Publication<K, R>(RowCollection<K, R> collection, ResourceType<R> type,
			ResourcePublisher publisher) implements RowListener<K, R> {

		@Override
		public void written(K key, @Nullable Versioned<? extends R> stored) {
			ResourceKey<R> resource = this.type.key(this.collection.keyText(key));
			if (stored == null) {
				this.publisher.invalidate(resource);
				return;
			}
			// Two writes within one tick of the clock: the later one counts.
			this.publisher.publishAll(
					List.of(ResourceUpdate.of(resource, stored.value(), "collection " + this.collection.name())),
					WriteRule.REPLACE_EQUAL);
		}

		@Override
		public void invalidated(K key) {
			this.publisher.invalidate(this.type.key(this.collection.keyText(key)));
		}

		@Override
		public void invalidatedAll() {
			this.publisher.invalidateIf((key) -> key.type().equals(this.type));
		}

	}

}
