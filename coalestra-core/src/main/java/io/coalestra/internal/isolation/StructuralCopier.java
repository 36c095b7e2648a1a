package io.coalestra.internal.isolation;

import java.util.Objects;

import io.coalestra.cache.PayloadCopier;
import io.coalestra.failure.PayloadIsolationException;
import org.jspecify.annotations.Nullable;

/**
 * The default copier: copies values, collections and maps of the JDK, arrays, and
 * records, all the way down.
 *
 * <p>
 * A copy is as mutable as its original, so that a caller gets an {@code ArrayList} of its
 * own for an {@code ArrayList}, and an unmodifiable list for an unmodifiable one. Order,
 * comparators (shared, as functions) and the classes of arrays are kept; views such as
 * {@code subList} become plain collections of their own. What is immutable is not copied
 * but shared, also inside what is copied. An object that is referred to twice has one
 * copy that is referred to twice; cycles are followed where they lead through mutable
 * collections, maps, arrays or atomic references.
 *
 * <p>
 * Records are made anew by their canonical constructor. Refused with the class, its place
 * in the payload and the remedy: all other classes, records in packages that are neither
 * open to this module nor public and exported, subclasses of JDK classes, and nesting
 * deeper than 512 levels. Safe for concurrent use; a payload that is changed while it is
 * copied gives a copy of some state, or a refusal.
 */
public final class StructuralCopier implements PayloadCopier {

	private final @Nullable PayloadCopier others;

	/**
	 * Makes a copier that refuses all other classes.
	 */
	public StructuralCopier() {
		this.others = null;
	}

	/**
	 * Makes a copier.
	 * @param others copies an object of another class, with all that it refers to
	 */
	public StructuralCopier(PayloadCopier others) {
		this.others = Objects.requireNonNull(others, "others");
	}

	@Override
	@SuppressWarnings("unchecked") // a copy is of its original's class, or implements
									// what is public of it
	public <T> T copy(T payload) {
		try {
			return (T) Objects.requireNonNull(new CopyRun(this.others).copy(payload), "copy");
		}
		catch (Refusal refusal) {
			throw refusal.toException();
		}
		catch (StackOverflowError tooDeep) {
			throw new PayloadIsolationException(
					payload.getClass().getTypeName() + " could not be copied: its nesting exhausts the stack",
					payload.getClass(), tooDeep);
		}
	}

}
