package io.coalestra.internal.isolation;

import java.util.AbstractMap;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Proves objects deeply immutable.
 *
 * <p>
 * For most classes one look at the class is enough, and remembered. Where it is not,
 * because the parts of an unmodifiable object have types that say too little, the parts
 * are looked at. Safe for concurrent use.
 */
final class ImmutabilityProof {

	/** The deepest nesting that is looked into, inclusive. */
	static final int MAX_DEPTH = 512;

	// From here on containers are remembered, so that shared ones are not looked into
	// again
	// and again; most payloads are too small for this to pay.
	private static final int REMEMBERED_FROM = 256;

	private static final Verdict ALWAYS = new Verdict(Certainty.ALWAYS, (instance, walk) -> true);

	private static final Verdict NEVER = new Verdict(Certainty.NEVER, (instance, walk) -> false);

	// Told by samples, as the classes have no public names. An unmodifiable view is not
	// among them: what it shows may change.
	private static final Set<Class<?>> UNMODIFIABLE = Stream
		.of(List.of(), List.of(1), List.of(1, 2, 3), List.of(1, 2, 3).subList(1, 3), Stream.of().toList(),
				Stream.of(1).toList(), Set.of(), Set.of(1), Set.of(1, 2, 3), Map.of(), Map.of(1, 1), Map.of(1, 1, 2, 2),
				Map.entry(1, 1), new AbstractMap.SimpleImmutableEntry<>(1, 1), Collections.emptyList(),
				Collections.emptySet(), Collections.emptyMap(), Collections.emptyNavigableSet(),
				Collections.emptyNavigableMap(), Collections.singletonList(1), Collections.singleton(1),
				Collections.singletonMap(1, 1), Collections.nCopies(1, 1), Optional.of(1))
		.map(Object::getClass)
		.collect(Collectors.toUnmodifiableSet());

	private static final ClassValue<Verdict> VERDICTS = new ClassValue<>() {

		@Override
		protected Verdict computeValue(Class<?> type) {
			return judge(type);
		}

	};

	private ImmutabilityProof() {
	}

	/**
	 * Returns whether an object is proven deeply immutable.
	 */
	static boolean holdsFor(Object payload) {
		Verdict verdict = VERDICTS.get(payload.getClass());
		return switch (verdict.certainty) {
			case ALWAYS -> true;
			case NEVER -> false;
			case BY_PARTS -> new Walk().reaches(payload);
		};
	}

	/**
	 * Returns whether every object of exactly this class is proven deeply immutable.
	 */
	static boolean holdsForClass(Class<?> type) {
		return VERDICTS.get(type).certainty == Certainty.ALWAYS;
	}

	/**
	 * Returns whether objects of this JDK class never change themselves, though their
	 * parts may.
	 */
	static boolean isUnmodifiable(Class<?> type) {
		return UNMODIFIABLE.contains(type);
	}

	private static Verdict judge(Class<?> type) {
		if (ValueTypes.areInstancesImmutable(type)) {
			return ALWAYS;
		}
		if (type.isRecord()) {
			return judgeRecord(RecordAccess.of(type));
		}
		if (!isUnmodifiable(type)) {
			return NEVER;
		}
		if (Collection.class.isAssignableFrom(type)) {
			return Verdict.byParts((instance, walk) -> walk.reachesAll((Collection<?>) instance));
		}
		if (Map.class.isAssignableFrom(type)) {
			return Verdict.byParts((instance, walk) -> walk.reachesAll((Map<?, ?>) instance));
		}
		if (Map.Entry.class.isAssignableFrom(type)) {
			return Verdict.byParts((instance, walk) -> walk.reaches(((Map.Entry<?, ?>) instance).getKey())
					&& walk.reaches(((Map.Entry<?, ?>) instance).getValue()));
		}
		return Verdict.byParts((instance, walk) -> walk.reaches(((Optional<?>) instance).orElse(null)));
	}

	private static Verdict judgeRecord(RecordAccess access) {
		if (!access.canReadFields()) {
			return NEVER;
		}
		int[] open = IntStream.range(0, access.size()).filter((i) -> !ValueTypes.isValue(access.type(i))).toArray();
		if (Arrays.stream(open).anyMatch((i) -> access.type(i).isArray())) {
			return NEVER;
		}
		return Verdict.byParts((instance, walk) -> {
			for (int component : open) {
				if (!walk.reaches(read(access, instance, component))) {
					return false;
				}
			}
			return true;
		});
	}

	private static @Nullable Object read(RecordAccess access, Object owner, int component) {
		try {
			return access.field(owner, component);
		}
		catch (Throwable unreadable) {
			throw new IllegalStateException("a field cannot be read whose handle was made", unreadable);
		}
	}

	private enum Certainty {

		ALWAYS, NEVER, BY_PARTS

	}

	@FunctionalInterface
	private interface Parts {

		boolean areReached(Object instance, Walk walk);

	}

	private record Verdict(Certainty certainty, Parts parts) {

		static Verdict byParts(Parts parts) {
			return new Verdict(Certainty.BY_PARTS, parts);
		}

	}

	private static final class Walk {

		private int depth;

		private int containers;

		private @Nullable IdentityHashMap<Object, Boolean> remembered;

		boolean reaches(@Nullable Object part) {
			if (part == null) {
				return true;
			}
			Verdict verdict = VERDICTS.get(part.getClass());
			if (verdict.certainty == Certainty.ALWAYS) {
				return true;
			}
			if (verdict.certainty == Certainty.NEVER || this.depth == MAX_DEPTH) {
				return false;
			}
			if (++this.containers > REMEMBERED_FROM && !remember(part)) {
				return true;
			}
			this.depth++;
			boolean holds = verdict.parts.areReached(part, this);
			this.depth--;
			return holds;
		}

		// A walk ends at the first part that is not immutable: what was met before has
		// been proven, or is being proven.
		private boolean remember(Object container) {
			IdentityHashMap<Object, Boolean> known = this.remembered;
			if (known == null) {
				known = new IdentityHashMap<>();
				this.remembered = known;
			}
			return known.put(container, Boolean.TRUE) == null;
		}

		boolean reachesAll(Collection<?> parts) {
			for (Object part : parts) {
				if (!reaches(part)) {
					return false;
				}
			}
			return true;
		}

		boolean reachesAll(Map<?, ?> parts) {
			for (Map.Entry<?, ?> part : parts.entrySet()) {
				if (!reaches(part.getKey()) || !reaches(part.getValue())) {
					return false;
				}
			}
			return true;
		}

	}

}
