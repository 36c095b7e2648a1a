package io.coalestra.collections.internal.engine;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import io.coalestra.collections.access.Change;
import io.coalestra.collections.access.RowCollection;
import io.coalestra.collections.access.RowMissingException;
import io.coalestra.collections.access.Versioned;
import io.coalestra.collections.internal.local.Cell;
import io.coalestra.collections.row.Row;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a collection that are made of other calls.
 *
 * @param <K> the keys' type
 * @param <R> the rows' type
 */
public abstract class AbstractRows<K, R> implements RowCollection<K, R>, AutoCloseable {

	private final String name;

	private final Executor executor;

	AbstractRows(String name, Executor executor) {
		this.name = name;
		this.executor = executor;
	}

	/**
	 * Reads a row, from wherever it is.
	 */
	abstract Cell<R> cell(K key);

	/**
	 * Returns what this process knows of a row, without asking anyone.
	 */
	abstract @Nullable Cell<R> known(K key);

	/**
	 * Another node has written a row.
	 * @param key the row's key as text
	 */
	public abstract void heard(String key);

	/**
	 * Notices may have been missed.
	 */
	public abstract void doubted();

	/**
	 * Returns when all nodes have been told of what has been written so far.
	 * @return completed when the shared tier has answered or its limits have passed
	 */
	public abstract CompletableFuture<Void> told();

	@Override
	public abstract void close();

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public Optional<R> find(K key) {
		Versioned<R> held = cell(key).held();
		return (held != null) ? Optional.of(held.value()) : Optional.empty();
	}

	@Override
	public Optional<Versioned<R>> findVersioned(K key) {
		return Optional.ofNullable(cell(key).held());
	}

	@Override
	public R require(K key) {
		Versioned<R> held = cell(key).held();
		if (held == null) {
			throw new RowMissingException(this.name, keyText(key));
		}
		return held.value();
	}

	@Override
	public Map<K, R> findAll(Collection<? extends K> keys) {
		Map<K, Versioned<R>> found = findAllVersioned(keys);
		Map<K, R> values = LinkedHashMap.newLinkedHashMap(found.size());
		found.forEach((key, held) -> values.put(key, held.value()));
		return Collections.unmodifiableMap(values);
	}

	@Override
	public <T> Optional<T> field(K key, String column, Class<T> type) {
		table().column(column);
		Row row = cell(key).row();
		if (row == null) {
			throw new RowMissingException(this.name, keyText(key));
		}
		return Optional.ofNullable(row.get(column, type));
	}

	@Override
	public Optional<R> peek(K key) {
		Cell<R> known = known(key);
		Versioned<R> held = (known != null) ? known.held() : null;
		return (held != null) ? Optional.of(held.value()) : Optional.empty();
	}

	@Override
	public boolean contains(K key) {
		Cell<R> known = known(key);
		return known != null && !known.isAbsent();
	}

	@Override
	public boolean ensure(K key) {
		return !cell(key).isAbsent();
	}

	@Override
	public void invalidate(K key) {
		invalidateAll(List.of(key));
	}

	@Override
	public Versioned<R> update(K key, UnaryOperator<R> change) {
		return compute(key, (row) -> {
			if (row.isEmpty()) {
				throw new RowMissingException(this.name, keyText(key));
			}
			return Change.put(change.apply(row.get()));
		}).orElseThrow();
	}

	@Override
	public CompletableFuture<Optional<R>> findAsync(K key) {
		Cell<R> known = known(key);
		if (known != null) {
			return CompletableFuture.completedFuture(Optional.ofNullable(known.held()).map(Versioned::value));
		}
		return later(() -> find(key));
	}

	@Override
	public CompletableFuture<Map<K, R>> findAllAsync(Collection<? extends K> keys) {
		List<K> asked = List.copyOf(keys);
		return later(() -> findAll(asked));
	}

	@Override
	public CompletableFuture<Versioned<R>> insertAsync(R row) {
		return later(() -> insert(row));
	}

	@Override
	public CompletableFuture<Versioned<R>> putAsync(R row) {
		return later(() -> put(row));
	}

	@Override
	public CompletableFuture<Versioned<R>> setAsync(K key, String column, @Nullable Object value) {
		return later(() -> set(key, column, value));
	}

	@Override
	public CompletableFuture<Optional<Versioned<R>>> computeAsync(K key,
			Function<? super Optional<R>, Change<R>> change) {
		return later(() -> compute(key, change));
	}

	@Override
	public CompletableFuture<Versioned<R>> saveAsync(Versioned<R> changed) {
		return later(() -> save(changed));
	}

	@Override
	public CompletableFuture<Versioned<R>> updateAsync(K key, UnaryOperator<R> change) {
		return later(() -> update(key, change));
	}

	@Override
	public CompletableFuture<Boolean> deleteAsync(K key) {
		return later(() -> delete(key));
	}

	private <T> CompletableFuture<T> later(Supplier<T> call) {
		CompletableFuture<T> future = new CompletableFuture<>();
		this.executor.execute(() -> {
			try {
				future.complete(call.get());
			}
			catch (RuntimeException | Error ex) {
				future.completeExceptionally(ex);
			}
		});
		return future;
	}

	@Override
	public String toString() {
		return "RowCollection[" + this.name + "]";
	}

}
