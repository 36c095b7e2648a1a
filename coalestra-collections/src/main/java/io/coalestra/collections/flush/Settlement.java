package io.coalestra.collections.flush;

import java.util.ArrayList;
import java.util.List;

import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowVersion;
import org.jspecify.annotations.Nullable;

/**
 * What became of the last write of a row, for a writer that saw it pending and comes when
 * it is not any more: what it was made upon is then what has been stored.
 *
 * @param bases what writes were made upon that led to it, the latest last
 * @param result what is there now
 */
record Settlement(List<Basis> bases, Basis result) {

	private static final int MOST_BASES = 8;

	static Settlement of(@Nullable Settlement before, DeferredWrite write, @Nullable Row row) {
		Basis basis = Basis.of(write);
		List<Basis> bases = new ArrayList<>();
		if (before != null && before.result.equals(basis)) {
			bases.addAll(before.bases.subList(Math.max(0, before.bases.size() - MOST_BASES), before.bases.size()));
		}
		bases.add(basis);
		return new Settlement(List.copyOf(bases),
				(row != null) ? new Basis(row.version(), false) : new Basis(null, true));
	}

	DeferredWrite upon(DeferredWrite write) {
		if (!this.bases.contains(Basis.of(write))) {
			return write;
		}
		return this.result.creates ? write.uponNothing() : write.upon(this.result.base);
	}

	/**
	 * Upon what a write is made.
	 *
	 * @param base the stored version, if there is one
	 * @param creates whether there is no row
	 */
	record Basis(@Nullable RowVersion base, boolean creates) {

		static Basis of(DeferredWrite write) {
			return new Basis(write.base(), write.creates());
		}

	}

}
