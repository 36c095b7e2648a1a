package io.coalestra.internal.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.coalestra.cache.DependencyVersion;
import io.coalestra.cache.Revision;
import io.coalestra.failure.ResourceFailure;
import io.coalestra.internal.engine.Delivery.Way;
import io.coalestra.internal.flight.Voyage;
import io.coalestra.internal.isolation.PayloadIsolation;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceKeys;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a session holds at one moment. Immutable: a stage makes a new one,
 * which takes the place of the old one as a whole.
 *
 * <p>
 * What it holds agrees: each derived value was derived from the very values that are held
 * for its inputs. No key is held and failed.
 */
final class SessionState {

	private final PayloadIsolation isolation;

	private final Map<ResourceKey<?>, Entry> held;

	private final Map<ResourceKey<?>, ResourceFailure> failures;

	// In the order in which they were asked for; inputs that nobody asked for are not
	// among them.
	private final Set<ResourceKey<?>> shown;

	private final Duration spent;

	private final ArraySnapshot snapshot;

	private SessionState(PayloadIsolation isolation, Voyage voyage, Map<ResourceKey<?>, Entry> held,
			Map<ResourceKey<?>, ResourceFailure> failures, Set<ResourceKey<?>> shown, Duration spent,
			@Nullable Instant coherenceUnknownSince) {
		this.isolation = isolation;
		this.held = held;
		this.failures = failures;
		this.shown = shown;
		this.spent = spent;
		this.snapshot = snapshotOf(voyage, coherenceUnknownSince);
	}

	static SessionState empty(PayloadIsolation isolation, Voyage voyage) {
		return new SessionState(isolation, voyage, Map.of(), Map.of(), Set.of(), Duration.ZERO, null);
	}

	private ArraySnapshot snapshotOf(Voyage voyage, @Nullable Instant coherenceUnknownSince) {
		ResourceKeys keys = ResourceKeys.of(this.shown);
		@Nullable Revision<?>[] revisions = new Revision<?>[keys.size()];
		Delivery delivery = new Delivery(keys.size(), voyage);
		for (int i = 0; i < revisions.length; i++) {
			Entry entry = this.held.get(keys.get(i));
			ResourceFailure failure = this.failures.get(keys.get(i));
			if (entry != null) {
				revisions[i] = entry.revision();
				delivery.take(i, entry);
			}
			else if (failure != null) {
				delivery.way(i, Way.FAILED);
				delivery.failure(i, failure);
			}
		}
		delivery.ended(this.spent);
		return new ArraySnapshot(keys, voyage.id(), revisions, voyage.requestedAt(), this.isolation, delivery,
				coherenceUnknownSince);
	}

	/**
	 * Returns what the session shows.
	 * @return a snapshot with copies of its own of what is not immutable
	 */
	ArraySnapshot snapshot() {
		return this.snapshot.apart();
	}

	boolean holds(ResourceKey<?> key) {
		return this.held.containsKey(key);
	}

	/**
	 * Returns what a stage starts from that adds to what is held.
	 * @param retried keys whose failures are forgotten
	 * @return the basis
	 */
	Basis basis(Set<ResourceKey<?>> retried) {
		Map<ResourceKey<?>, ResourceFailure> kept = new LinkedHashMap<>(this.failures);
		kept.keySet().removeAll(retried);
		return new Basis(this.held, kept);
	}

	/**
	 * Returns what a stage starts from that replaces some of what is held.
	 * @param affected the keys that are to be replaced
	 * @return the basis
	 */
	Basis without(Set<ResourceKey<?>> affected) {
		Map<ResourceKey<?>, Entry> kept = new LinkedHashMap<>(this.held);
		kept.keySet().removeAll(affected);
		return new Basis(kept, Map.of());
	}

	/**
	 * Finds the keys that were derived from others, directly or not.
	 * @param keys the others
	 * @return these and those
	 */
	Set<ResourceKey<?>> affectedBy(ResourceKeys keys) {
		Set<ResourceKey<?>> affected = new LinkedHashSet<>(keys);
		boolean grown = true;
		while (grown) {
			grown = false;
			for (Map.Entry<ResourceKey<?>, Entry> one : this.held.entrySet()) {
				if (!affected.contains(one.getKey()) && isDerivedFrom(one.getValue(), affected)) {
					grown |= affected.add(one.getKey());
				}
			}
		}
		return affected;
	}

	private static boolean isDerivedFrom(Entry entry, Set<ResourceKey<?>> keys) {
		for (DependencyVersion dependency : entry.revision().provenance().dependencies()) {
			if (keys.contains(dependency.key())) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Orders keys such that those of a request come first, and then those of the others
	 * that were asked for.
	 * @param requested the keys of the request
	 * @param others the others
	 * @return the keys
	 */
	ResourceKeys targets(ResourceKeys requested, Set<ResourceKey<?>> others) {
		List<ResourceKey<?>> targets = new ArrayList<>(requested);
		others.stream().filter(this.shown::contains).forEach(targets::add);
		return ResourceKeys.of(targets);
	}

	/**
	 * Adds what a stage has read.
	 * @param build the stage
	 * @return the state thereafter
	 */
	SessionState with(Build build) {
		Map<ResourceKey<?>, Entry> more = new LinkedHashMap<>(this.held);
		Map<ResourceKey<?>, ResourceFailure> failed = new LinkedHashMap<>(this.failures);
		Set<ResourceKey<?>> visible = new LinkedHashSet<>(this.shown);
		addInputs(build, more);
		for (int i = 0; i < build.keys().size(); i++) {
			ResourceKey<?> key = build.keys().get(i);
			Entry entry = build.entry(i);
			ResourceFailure failure = build.failure(i);
			failed.remove(key);
			if (entry != null) {
				more.put(key, entry);
				visible.add(key);
			}
			else if (failure != null && failure.kind() != ResourceFailure.Kind.CANCELLED) {
				failed.put(key, failure);
				visible.add(key);
			}
			else {
				visible.remove(key);
			}
		}
		// What failed in an earlier stage may have come as the input of something else.
		failed.keySet().removeAll(more.keySet());
		return new SessionState(this.isolation, build.voyage(), more, failed, visible,
				this.spent.plus(build.duration()), build.coherenceUnknownSince());
	}

	/**
	 * Replaces what a stage has read again.
	 * @param build the stage, in which nothing failed
	 * @param affected the keys that are replaced; those that the stage had no use for any
	 * more are dropped
	 * @return the state thereafter
	 */
	SessionState replaced(Build build, Set<ResourceKey<?>> affected) {
		Map<ResourceKey<?>, Entry> changed = new LinkedHashMap<>(this.held);
		changed.keySet().removeAll(affected);
		addInputs(build, changed);
		for (int i = 0; i < build.keys().size(); i++) {
			Entry entry = build.entry(i);
			if (entry != null) {
				changed.put(build.keys().get(i), entry);
			}
		}
		Map<ResourceKey<?>, ResourceFailure> failed = new LinkedHashMap<>(this.failures);
		failed.keySet().removeAll(new HashSet<>(build.keys()));
		return new SessionState(this.isolation, build.voyage(), changed, failed, this.shown,
				this.spent.plus(build.duration()), build.coherenceUnknownSince());
	}

	private static void addInputs(Build build, Map<ResourceKey<?>, Entry> entries) {
		Agreement agreement = build.agreement();
		if (agreement != null) {
			agreement.inputs(build.keys())
				.forEach((key, pin) -> entries.put(key, Entry.input(pin, build.voyage().requestedAt())));
		}
	}

}
