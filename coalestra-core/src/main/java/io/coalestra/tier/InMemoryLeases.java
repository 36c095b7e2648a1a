package io.coalestra.tier;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Leases in the memory of one process.
 */
final class InMemoryLeases implements LeaseTable {

	private final TimeSource time;

	// All three are read and written under this object's monitor.
	private final Map<String, Held> held = new HashMap<>();

	private final Map<String, Long> nonces = new HashMap<>();

	private long fencing;

	InMemoryLeases(TimeSource time) {
		this.time = time;
	}

	@Override
	public synchronized CompletableFuture<Claim> claim(String name, String holder, Duration life) {
		long now = this.time.monotonicNanos();
		Held present = this.held.get(name);
		if (present != null && now < present.until) {
			return CompletableFuture.completedFuture(new Claim.Held(Duration.ofNanos(present.until - now)));
		}
		Grant grant = new Grant(name, holder, ++this.fencing);
		this.held.put(name, new Held(grant, TimeSource.plus(now, TimeSource.toNanos(life))));
		return CompletableFuture.completedFuture(new Claim.Granted(grant));
	}

	@Override
	public synchronized CompletableFuture<Boolean> renew(Grant grant, Duration life) {
		long now = this.time.monotonicNanos();
		boolean mine = isHeld(grant, now);
		if (mine) {
			this.held.put(grant.name(), new Held(grant, TimeSource.plus(now, TimeSource.toNanos(life))));
		}
		return CompletableFuture.completedFuture(mine);
	}

	@Override
	public synchronized CompletableFuture<Boolean> release(Grant grant) {
		boolean mine = isHeld(grant, this.time.monotonicNanos());
		if (mine) {
			this.held.remove(grant.name());
		}
		return CompletableFuture.completedFuture(mine);
	}

	private boolean isHeld(Grant grant, long now) {
		@Nullable Held present = this.held.get(grant.name());
		return present != null && now < present.until && present.grant.equals(grant);
	}

	@Override
	public synchronized CompletableFuture<Boolean> recordOnce(String digest, Duration life) {
		long now = this.time.monotonicNanos();
		this.nonces.values().removeIf((until) -> now >= until);
		boolean first = this.nonces.putIfAbsent(digest, TimeSource.plus(now, TimeSource.toNanos(life))) == null;
		return CompletableFuture.completedFuture(first);
	}

	private record Held(Grant grant, long until) {
	}

}
