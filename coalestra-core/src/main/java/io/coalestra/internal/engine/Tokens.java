package io.coalestra.internal.engine;

import io.coalestra.cache.Revision;
import io.coalestra.cache.SessionToken;
import io.coalestra.internal.flight.FlightRegistry;
import io.coalestra.internal.store.RevisionStore;
import io.coalestra.internal.tier.EngineTier;
import io.coalestra.key.ResourceKey;
import org.jspecify.annotations.Nullable;

/**
 * Does what a token asks for before its request is looked at: what it says to be outdated
 * is dropped, as if another node had told so, so that also what is derived is derived
 * anew.
 *
 * <p>
 * Works on the thread of whoever brings the token, and keeps nothing.
 */
final class Tokens {

	private final RevisionStore store;

	private final FlightRegistry registry;

	private final Derivations derivations;

	private final @Nullable EngineTier tier;

	Tokens(RevisionStore store, FlightRegistry registry, Derivations derivations, @Nullable EngineTier tier) {
		this.store = store;
		this.registry = registry;
		this.derivations = derivations;
		this.tier = tier;
	}

	/**
	 * Heeds a token.
	 * @param token the token
	 * @param requestedAt when the request was made, which is the latest that may be asked
	 * for: nanoseconds since the epoch
	 */
	void heed(SessionToken token, long requestedAt) {
		for (ResourceKey<?> key : token.keys()) {
			Revision<?> own = this.store.get(key);
			if (own != null && token.admits(own, requestedAt)) {
				continue;
			}
			long moment = Math.min(token.observedAt(key), requestedAt);
			if (this.tier != null) {
				this.tier.outdated(key, moment);
			}
			if (own != null) {
				this.store.invalidate(key);
			}
			else {
				// Those that began since are as good as one that begins now.
				this.registry.fenceBefore(key, moment);
			}
			this.registry.fenceIf(
					(reading) -> this.derivations.covers(reading) && this.derivations.anyInput(reading, key::equals));
		}
	}

}
