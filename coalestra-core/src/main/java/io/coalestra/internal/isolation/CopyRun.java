package io.coalestra.internal.isolation;

import java.util.Arrays;
import java.util.IdentityHashMap;

import io.coalestra.cache.PayloadCopier;
import io.coalestra.failure.PayloadIsolationException;
import org.jspecify.annotations.Nullable;

/**
 * One copying of one payload: remembers what became of each object, so that what is
 * shared inside the payload is shared inside the copy, and cycles end. For one thread.
 */
@SuppressWarnings("ReferenceEquality") // an object is the same, or it is another
final class CopyRun {

	/** The most objects that are copied in one payload, inclusive. */
	static final int MAX_PARTS = 5_000_000;

	// Stands for a copy that cannot be had before its parts are.
	private static final Object BEGUN = new Object();

	private final IdentityHashMap<Object, Object> copies = new IdentityHashMap<>(8);

	// Copies what there is no rule for, or null.
	private final @Nullable PayloadCopier others;

	private int parts;

	// What is being copied at this moment, outermost first.
	private Object[] open = new Object[8];

	private int depth;

	private int unfinishedUses;

	CopyRun(@Nullable PayloadCopier others) {
		this.others = others;
	}

	/**
	 * Copies an object for whose class there is no rule.
	 * @throws Refusal if nobody else copies it either
	 */
	Object copyByOthers(Object original, String remedy) {
		PayloadCopier copier = this.others;
		if (copier == null) {
			throw Refusal.ofType(original.getClass(), remedy);
		}
		try {
			return copier.copy(original);
		}
		catch (PayloadIsolationException refused) {
			throw new Refusal(original.getClass(), String.valueOf(refused.getMessage()), refused);
		}
	}

	/**
	 * Copies one part.
	 * @param original the part
	 * @return the part itself if it needs no copy, else its copy
	 * @throws Refusal if it cannot be copied
	 */
	@Nullable Object copy(@Nullable Object original) {
		if (original == null) {
			return null;
		}
		CopyRule rule = CopyRule.of(original.getClass());
		if (rule == CopyRule.SHARE) {
			return original;
		}
		Object known = this.copies.get(original);
		return (known != null) ? again(original, known) : first(original, rule);
	}

	private Object again(Object original, Object known) {
		if (known == BEGUN) {
			throw Refusal.ofType(original.getClass(),
					"it contains itself (expected: cycles only through mutable collections, maps and arrays)");
		}
		if (isOpen(original)) {
			this.unfinishedUses++;
		}
		return known;
	}

	private Object first(Object original, CopyRule rule) {
		if (this.depth == ImmutabilityProof.MAX_DEPTH) {
			throw Refusal.ofType(original.getClass(),
					"nested too deep (expected: at most " + ImmutabilityProof.MAX_DEPTH + " levels)");
		}
		if (this.depth == this.open.length) {
			this.open = Arrays.copyOf(this.open, this.depth * 2);
		}
		if (++this.parts > MAX_PARTS) {
			throw Refusal.ofType(original.getClass(),
					"too much to copy (expected: at most " + MAX_PARTS + " objects in one payload)");
		}
		this.open[this.depth++] = original;
		this.copies.put(original, BEGUN);
		Object copy;
		try {
			copy = rule.copy(original, this);
		}
		catch (Refusal refusal) {
			throw refusal;
		}
		catch (RuntimeException failure) {
			throw new Refusal(original.getClass(), "copying it threw " + failure.getClass().getName(), failure);
		}
		this.depth--;
		this.copies.put(original, copy);
		return copy;
	}

	private boolean isOpen(Object original) {
		for (int i = 0; i < this.depth; i++) {
			if (this.open[i] == original) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Makes a copy known before it is filled, so that its parts may refer to it.
	 */
	void begin(Object original, Object copy) {
		this.copies.put(original, copy);
	}

	/**
	 * Returns how often a copy was used that had begun and was not filled yet: if the
	 * number grew while the parts of something were copied, they lead back to what
	 * contains it.
	 */
	int unfinishedUses() {
		return this.unfinishedUses;
	}

	/**
	 * Copies the parts of a sequence in place.
	 * @param parts the originals, which give way to their copies
	 * @return whether any part needed a copy
	 */
	boolean copyAll(@Nullable Object[] parts) {
		boolean changed = false;
		for (int i = 0; i < parts.length; i++) {
			Object part = parts[i];
			try {
				parts[i] = copy(part);
			}
			catch (Refusal refusal) {
				throw refusal.under("[" + i + "]");
			}
			changed |= parts[i] != part;
		}
		return changed;
	}

	/**
	 * Copies one part and says in a refusal where it was.
	 */
	@Nullable Object copy(@Nullable Object original, String step) {
		try {
			return copy(original);
		}
		catch (Refusal refusal) {
			throw refusal.under(step);
		}
	}

}
