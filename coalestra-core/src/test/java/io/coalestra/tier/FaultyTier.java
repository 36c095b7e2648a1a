package io.coalestra.tier;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * A tier whose answers the test spoils: they fail, or are held back until it heals.
 */
public final class FaultyTier implements SharedTier {

	private enum Mode {

		GOOD, FAILING, HOLDING

	}

	private final SharedTier tier;

	// All read and written under this object's monitor.
	private final List<Runnable> heldBack = new ArrayList<>();

	private Mode mode = Mode.GOOD;

	private int calls;

	private int reads;

	private boolean isDelaying;

	private final List<Runnable> delayed = new ArrayList<>();

	private boolean isDeaf;

	private boolean isLosing;

	private boolean isRefusingLeases;

	private final List<TierListener> listeners = new CopyOnWriteArrayList<>();

	public FaultyTier(SharedTier tier) {
		this.tier = tier;
	}

	/**
	 * Fails everything from now on.
	 */
	public synchronized void fail() {
		this.mode = Mode.FAILING;
	}

	/**
	 * Answers nothing from now on. What is asked is done, and answered, when the tier
	 * heals.
	 */
	public synchronized void hold() {
		this.mode = Mode.HOLDING;
	}

	/**
	 * Answers again, first what was held back.
	 */
	public void heal() {
		List<Runnable> waiting;
		synchronized (this) {
			this.mode = Mode.GOOD;
			waiting = List.copyOf(this.heldBack);
			this.heldBack.clear();
		}
		waiting.forEach(Runnable::run);
	}

	/**
	 * Takes messages from now on, and hands them to nobody.
	 */
	public synchronized void loseMessages() {
		this.isLosing = true;
	}

	/**
	 * Fails whatever is asked about leases from now on.
	 */
	public synchronized void failLeases() {
		this.isRefusingLeases = true;
	}

	private synchronized <T> CompletableFuture<T> askLeases(Supplier<CompletableFuture<T>> question) {
		return this.isRefusingLeases ? CompletableFuture.failedFuture(new TierException(name(), "scripted", null))
				: ask(question);
	}

	/**
	 * Hands on messages again.
	 */
	public synchronized void deliverMessages() {
		this.isLosing = false;
	}

	/**
	 * Tells the listeners of this tier nothing from now on.
	 */
	public synchronized void deafen() {
		this.isDeaf = true;
	}

	/**
	 * Tells the listeners of this tier what comes from now on.
	 */
	public synchronized void hear() {
		this.isDeaf = false;
	}

	/**
	 * Keeps what comes for the listeners of this tier from now on.
	 */
	public synchronized void delayMessages() {
		this.isDelaying = true;
	}

	/**
	 * Tells the listeners of this tier what was kept for them.
	 */
	public void deliverDelayed() {
		List<Runnable> late;
		synchronized (this) {
			this.isDelaying = false;
			late = List.copyOf(this.delayed);
			this.delayed.clear();
		}
		late.forEach(Runnable::run);
	}

	private synchronized boolean delays(Runnable message) {
		return this.isDelaying && this.delayed.add(message);
	}

	private synchronized boolean isDeaf() {
		return this.isDeaf;
	}

	/**
	 * Loses the subscriptions.
	 */
	public void interrupt() {
		deafen();
		this.listeners.forEach(TierListener::interrupted);
	}

	/**
	 * Lets the subscriptions stand again.
	 */
	public void resubscribe() {
		hear();
		this.listeners.forEach(TierListener::subscribed);
	}

	/**
	 * Returns how many requests are held back.
	 */
	public synchronized int held() {
		return this.heldBack.size();
	}

	/**
	 * Returns how many requests have come.
	 */
	public synchronized int calls() {
		return this.calls;
	}

	/**
	 * Returns how many reads have come, whatever their keys.
	 */
	public synchronized int reads() {
		return this.reads;
	}

	private synchronized void countRead() {
		this.reads++;
	}

	private synchronized <T> CompletableFuture<T> ask(Supplier<CompletableFuture<T>> question) {
		this.calls++;
		return switch (this.mode) {
			case GOOD -> question.get();
			case FAILING -> CompletableFuture.failedFuture(new TierException(name(), "scripted", null));
			case HOLDING -> {
				CompletableFuture<T> later = new CompletableFuture<>();
				this.heldBack.add(() -> {
					var unused = question.get().thenAccept(later::complete);
				});
				yield later;
			}
		};
	}

	@Override
	public String name() {
		return this.tier.name();
	}

	@Override
	public Duration longestFill() {
		return this.tier.longestFill();
	}

	@Override
	public int maxPayloadBytes() {
		return this.tier.maxPayloadBytes();
	}

	@Override
	public CompletableFuture<List<TierLookup>> read(List<TierKey> keys) {
		countRead();
		return ask(() -> this.tier.read(keys));
	}

	@Override
	public CompletableFuture<List<TierWriteResult>> write(List<? extends TierWrite> writes) {
		return ask(() -> this.tier.write(writes));
	}

	@Override
	public CompletableFuture<Void> send(byte[] message) {
		return ask(() -> isLosing() ? CompletableFuture.completedFuture(null) : this.tier.send(message));
	}

	private synchronized boolean isLosing() {
		return this.isLosing;
	}

	@Override
	public Subscription subscribe(TierListener listener) {
		this.listeners.add(listener);
		Subscription subscription = this.tier.subscribe(new TierListener() {

			@Override
			public void received(byte[] message) {
				if (!isDeaf() && !delays(() -> listener.received(message))) {
					listener.received(message);
				}
			}

			@Override
			public void subscribed() {
				listener.subscribed();
			}

			@Override
			public void interrupted() {
				listener.interrupted();
			}

		});
		return () -> {
			this.listeners.remove(listener);
			subscription.close();
		};
	}

	@Override
	public LeaseTable leases() {
		LeaseTable leases = this.tier.leases();
		return new LeaseTable() {

			@Override
			public CompletableFuture<Claim> claim(String name, String holder, Duration life) {
				return askLeases(() -> leases.claim(name, holder, life));
			}

			@Override
			public CompletableFuture<Boolean> renew(Grant grant, Duration life) {
				return askLeases(() -> leases.renew(grant, life));
			}

			@Override
			public CompletableFuture<Boolean> release(Grant grant) {
				return askLeases(() -> leases.release(grant));
			}

			@Override
			public CompletableFuture<Boolean> recordOnce(String digest, Duration life) {
				return askLeases(() -> leases.recordOnce(digest, life));
			}

		};
	}

	@Override
	public TierHealth health() {
		return this.tier.health();
	}

	@Override
	public void close() {
		this.tier.close();
	}

}
