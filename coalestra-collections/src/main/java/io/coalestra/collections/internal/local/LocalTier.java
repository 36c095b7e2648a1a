package io.coalestra.collections.internal.local;

import java.util.concurrent.ConcurrentMap;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.coalestra.collections.option.LocalOptions;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowVersion;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Rows in memory, bounded and for a time.
 *
 * <p>
 * Cells are written inside the map's atomic change of their key, where the generation is
 * looked at once more; whoever forgets a row raises the generation first, and then waits
 * for that change. So no fill remains that began before. A reader sees a cell whole, and
 * passes over those of an earlier epoch. Safe for concurrent use.
 *
 * @param <K> the keys' type, with stable {@code equals} and {@code hashCode}
 * @param <R> the rows' type
 */
public final class LocalTier<K, R> {

	private final Cache<K, Cell<R>> cells;

	private final ConcurrentMap<K, Cell<R>> map;

	/** What {@link #replace} answers where the row was forgotten. */
	public static final long OVERTAKEN = -1;

	private final Generations generations = new Generations();

	private final TimeSource time;

	// Caffeine's own expiry is not used: a change of a key that leaves its cell as it is
	// would renew it.
	private final long life;

	private final long absenceLife;

	/**
	 * Makes a tier.
	 */
	public LocalTier(LocalOptions options, TimeSource time) {
		this.time = time;
		this.life = TimeSource.toNanos(options.life());
		this.absenceLife = TimeSource.toNanos(options.absenceLife());
		this.cells = cache(options);
		this.map = this.cells.asMap();
	}

	private static <K, R> Cache<K, Cell<R>> cache(LocalOptions options) {
		Caffeine<Object, Object> caffeine = Caffeine.newBuilder().executor(Runnable::run);
		return switch (options.bound()) {
			case LocalOptions.Bound.Count count -> caffeine.maximumSize(count.rows()).build();
			case LocalOptions.Bound.Weight weight ->
				caffeine.maximumWeight(weight.most()).weigher((K key, Cell<R> cell) -> {
					Row row = cell.row();
					return (row != null) ? weight.weigher().weigh(row) : 1;
				}).build();
		};
	}

	/**
	 * Returns what is known of a row.
	 * @return the cell, or null where nothing is known
	 */
	public @Nullable Cell<R> get(K key) {
		Cell<R> cell = this.cells.getIfPresent(key);
		return (cell != null && isCurrent(cell)) ? cell : null;
	}

	private boolean isCurrent(Cell<R> cell) {
		return cell.epoch() == this.generations.epoch() && this.time.monotonicNanos() < cell.until();
	}

	/**
	 * Returns the stamp to show when what is now going to be loaded or written is to be
	 * kept.
	 */
	public long stamp(K key) {
		return this.generations.stamp(key);
	}

	/**
	 * Keeps what was loaded, unless something has happened to the row since, or what is
	 * known already is as new.
	 */
	public void fill(K key, long stamp, Cell<R> loaded) {
		if (loaded.isAbsent() && this.absenceLife == 0) {
			return;
		}
		this.map.compute(key, (same, known) -> {
			long epoch = this.generations.epoch();
			if (this.generations.stamp(same) != stamp) {
				return known;
			}
			return (known == null || !isCurrent(known) || isNewer(loaded, known)) ? cell(loaded, epoch) : known;
		});
	}

	private Cell<R> cell(Cell<R> found, long epoch) {
		long span = found.isAbsent() ? this.absenceLife : this.life;
		return found.in(epoch, TimeSource.plus(this.time.monotonicNanos(), span));
	}

	private static <R> boolean isNewer(Cell<R> loaded, Cell<R> known) {
		if (known.held() == null || loaded.held() == null) {
			return known.held() == null;
		}
		RowVersion before = known.held().version();
		RowVersion after = loaded.held().version();
		return before == null || after == null || after.compareTo(before) > 0;
	}

	/**
	 * Puts what has just been stored, or found to be stored, in the place of what is
	 * known; or forgets the row, where something else has happened to it since the stamp.
	 * @return the stamp from here on, or {@link #OVERTAKEN} where it was forgotten
	 */
	public long replace(K key, long stamp, Cell<R> stored) {
		long[] after = { OVERTAKEN };
		this.map.compute(key, (same, known) -> {
			long epoch = this.generations.epoch();
			boolean untouched = this.generations.stamp(same) == stamp;
			long raised = this.generations.raise(same);
			// Where all rows were forgotten between, this one was too.
			if (untouched && raised == stamp + 1) {
				after[0] = raised;
			}
			return (untouched && (!stored.isAbsent() || this.absenceLife > 0)) ? cell(stored, epoch) : null;
		});
		return after[0];
	}

	/**
	 * Forgets a row, and refuses what loads that have begun will bring.
	 */
	public void forget(K key) {
		this.generations.raise(key);
		this.cells.invalidate(key);
	}

	/**
	 * Forgets all rows, at once, and refuses what loads that have begun will bring.
	 */
	public void forgetAll() {
		this.generations.raiseAll();
		this.cells.invalidateAll();
	}

	/**
	 * Returns about how many cells there are.
	 */
	public long size() {
		return this.cells.estimatedSize();
	}

}
