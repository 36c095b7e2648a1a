package io.coalestra.test;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.source.BatchFetch;
import io.coalestra.source.Fetch;
import io.coalestra.source.FetchContext;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import io.coalestra.source.SourceSettings;
import io.coalestra.time.SteerableTimeSource;

/**
 * A back end for tests: it holds values by key, can be told to fail, to take its time and
 * to hang, and remembers what it was asked.
 *
 * <pre>{@code
 * FakeSource<Price> exchange = FakeSource.batch("exchange", PRICE).put(BTC, price);
 * exchange.failNext(1, new IOException("down"));
 * }</pre>
 *
 * A key without a value does not exist: the source answers {@link Payload#absent()}. What
 * was scripted by {@link #then} comes before everything else, call by call. Safe for
 * concurrent use; all fields are guarded by the lock, and calls wait on its condition
 * while the source is held.
 *
 * @param <T> the values' type
 */
public final class FakeSource<T> {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final Map<ResourceKey<T>, Payload<T>> values = new LinkedHashMap<>();

	private final Deque<Answer<T>> script = new ArrayDeque<>();

	private final List<Call<T>> calls = new ArrayList<>();

	private boolean held;

	private int inside;

	private final Source source;

	private FakeSource(String name, ResourceType<T> type, Kind kind) {
		Fetch<T> single = (key, context) -> answer(List.of(key), context).getOrDefault(key, Payload.absent());
		BatchFetch<T> batch = this::answer;
		this.source = switch (kind) {
			case SINGLE -> Source.single(name, type, single).nonBlocking().build();
			case BATCH -> Source.batch(name, type, batch).nonBlocking().build();
		};
	}

	/**
	 * Makes a source that reads one key a call.
	 * @param <T> the values' type
	 * @param name the source's name
	 * @param type the type of its keys
	 * @return the source
	 */
	public static <T> FakeSource<T> single(String name, ResourceType<T> type) {
		return new FakeSource<>(name, type, Kind.SINGLE);
	}

	/**
	 * Makes a source that reads many keys a call.
	 * @param <T> the values' type
	 * @param name the source's name
	 * @param type the type of its keys
	 * @return the source
	 */
	public static <T> FakeSource<T> batch(String name, ResourceType<T> type) {
		return new FakeSource<>(name, type, Kind.BATCH);
	}

	/**
	 * Returns the source, to be given to a builder.
	 * @return the source; it is declared non-blocking
	 */
	public Source asSource() {
		return this.source;
	}

	/**
	 * Returns the source with other settings.
	 * @param changes sets what changes
	 * @return the source
	 */
	public Source asSource(Consumer<SourceSettings.Builder> changes) {
		return this.source.with(this.source.settings().with(changes));
	}

	/**
	 * Gives a key a value.
	 * @param key the key
	 * @param value the value
	 * @return this
	 */
	public FakeSource<T> put(ResourceKey<T> key, T value) {
		return put(key, Payload.of(value));
	}

	/**
	 * Gives a key a payload.
	 * @param key the key
	 * @param payload the payload
	 * @return this
	 */
	public FakeSource<T> put(ResourceKey<T> key, Payload<T> payload) {
		this.lock.lock();
		try {
			this.values.put(key, Objects.requireNonNull(payload, "payload"));
			return this;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Takes a key's value away.
	 * @param key the key
	 * @return this
	 */
	public FakeSource<T> remove(ResourceKey<T> key) {
		this.lock.lock();
		try {
			this.values.remove(key);
			return this;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Scripts the next call that is not scripted yet.
	 * @param answer what the call does
	 * @return this
	 */
	public FakeSource<T> then(Answer<T> answer) {
		this.lock.lock();
		try {
			this.script.add(Objects.requireNonNull(answer, "answer"));
			return this;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Lets the next calls fail.
	 * @param count how many calls: 1 or more
	 * @param thrown what they throw
	 * @return this
	 */
	public FakeSource<T> failNext(int count, Exception thrown) {
		if (count < 1) {
			throw new IllegalArgumentException("count: " + count + " (expected: 1 or more)");
		}
		for (int i = 0; i < count; i++) {
			then((keys, stored) -> {
				throw thrown;
			});
		}
		return this;
	}

	/**
	 * Lets the next call take its time.
	 * @param time is advanced by the call
	 * @param span how long the call takes
	 * @return this
	 */
	public FakeSource<T> takeNext(SteerableTimeSource time, Duration span) {
		return then((keys, stored) -> {
			time.advance(span);
			return stored;
		});
	}

	/**
	 * Lets calls hang from now on, until {@link #release()}. An interrupted call ends.
	 * Only for builders that run calls on threads of their own.
	 * @return this
	 */
	public FakeSource<T> hold() {
		return hold(true);
	}

	/**
	 * Lets the calls go on that hang.
	 * @return this
	 */
	public FakeSource<T> release() {
		return hold(false);
	}

	private FakeSource<T> hold(boolean value) {
		this.lock.lock();
		try {
			this.held = value;
			this.changed.signalAll();
			return this;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Waits, for at most half a minute, until that many calls are inside the source at
	 * the same time.
	 * @param count how many calls
	 * @throws InterruptedException if interrupted while waiting
	 * @throws AssertionError if there were fewer
	 */
	public void awaitInside(int count) throws InterruptedException {
		this.lock.lockInterruptibly();
		try {
			long left = PATIENCE.toNanos();
			while (this.inside < count && left > 0) {
				left = this.changed.awaitNanos(left);
			}
			if (this.inside < count) {
				throw new AssertionError(this.source + ": " + this.inside + " calls inside (expected: " + count + ")");
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Returns the calls so far.
	 * @return the calls in their order
	 */
	public List<Call<T>> calls() {
		this.lock.lock();
		try {
			return List.copyOf(this.calls);
		}
		finally {
			this.lock.unlock();
		}
	}

	private Map<ResourceKey<T>, Payload<T>> answer(List<ResourceKey<T>> keys, FetchContext context) throws Exception {
		Answer<T> answer;
		Map<ResourceKey<T>, Payload<T>> stored = new LinkedHashMap<>();
		this.lock.lock();
		try {
			this.calls.add(new Call<>(List.copyOf(keys), context));
			answer = this.script.isEmpty() ? (asked, present) -> present : this.script.remove();
			passHold();
			keys.forEach((key) -> stored.put(key, this.values.getOrDefault(key, Payload.absent())));
		}
		finally {
			this.lock.unlock();
		}
		return answer.give(keys, stored);
	}

	private void passHold() throws InterruptedException {
		this.inside++;
		this.changed.signalAll();
		try {
			long left = PATIENCE.toNanos();
			while (this.held) {
				left = this.changed.awaitNanos(left);
				if (left <= 0) {
					throw new AssertionError(this.source + ": held, and not released within "
							+ TimeUnit.NANOSECONDS.toSeconds(PATIENCE.toNanos()) + " s");
				}
			}
		}
		finally {
			this.inside--;
		}
	}

	@Override
	public String toString() {
		return "fake " + this.source;
	}

	private enum Kind {

		SINGLE, BATCH

	}

	/**
	 * What one call does.
	 *
	 * @param <T> the values' type
	 */
	@FunctionalInterface
	public interface Answer<T> {

		/**
		 * Answers a call.
		 * @param keys what is asked for; one key for a single source
		 * @param stored what the source would answer
		 * @return the answer
		 * @throws Exception if the call is to fail
		 */
		Map<ResourceKey<T>, Payload<T>> give(List<ResourceKey<T>> keys, Map<ResourceKey<T>, Payload<T>> stored)
				throws Exception;

	}

	/**
	 * One call.
	 *
	 * @param <T> the values' type
	 * @param keys what was asked for
	 * @param context what the source was told
	 */
	public record Call<T>(List<ResourceKey<T>> keys, FetchContext context) {
	}

}
