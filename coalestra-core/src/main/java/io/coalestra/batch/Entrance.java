package io.coalestra.batch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

import io.coalestra.batch.BatchException.Reason;
import io.coalestra.batch.BatcherSettings.Condition;
import org.jspecify.annotations.Nullable;

/**
 * Decides how a call gets in, on the caller's thread: whether it is refused, runs
 * directly, joins another's item or gathers.
 *
 * @param <K> the keys' type
 * @param <V> the values' type
 */
final class Entrance<K, V> {

	private final Dispatch<K, V> dispatch;

	private final BatcherSettings<K, V> settings;

	private final @Nullable Flights<K, V> flights;

	private final Bulk<K, V> byLeader = new InlineCall.ByLeader<>();

	/** How nearly all calls get in: without conditions, and from no bulk call. */
	private final @Nullable Entry<K, V> plain;

	Entrance(Dispatch<K, V> dispatch) {
		this.dispatch = dispatch;
		this.settings = dispatch.settings;
		this.flights = this.settings.options().sharesRunning()
				? new Flights<>(dispatch, this.settings.limits().maxPending()) : null;
		Bulk<K, V> bulk = this.settings.bulk();
		boolean conditional = !this.settings.refusals().isEmpty() || !this.settings.bypasses().isEmpty();
		this.plain = (bulk == null || conditional) ? null
				: new Entry<>(bulk, (this.flights != null) ? Way.SHARE : Way.GATHER, null, null);
	}

	/** Takes a call for a key; if it is refused, it has failed on return. */
	Call<K, V> begin(K key) {
		checkUsable(key);
		Entry<K, V> entry = entry();
		return begin(newCall(key, entry), entry);
	}

	/** Takes a call for a key whose future is handed to a user. */
	Call<K, V> beginFuture(K key) {
		checkUsable(key);
		Entry<K, V> entry = entry();
		return begin(newCall(key, entry).asFuture(), entry);
	}

	private Call<K, V> begin(Call<K, V> call, Entry<K, V> entry) {
		Object group = this.settings.grouping().of(call.key);
		if (entry.way == Way.REFUSE || entry.way == Way.DIRECT) {
			turnAside(List.of(call), group, entry);
			return call;
		}
		Call<K, V> item = item(call, group, entry);
		if (item != null) {
			this.dispatch.accept(laneId(group), entry.bulk, item);
		}
		this.dispatch.limit(call);
		return call;
	}

	/** Takes a call for each key, side by side. */
	Map<K, Call<K, V>> beginAll(Collection<? extends K> keys) {
		return beginAll(keys, (call) -> call);
	}

	/** Takes a call for each key, side by side, whose futures are handed to a user. */
	Map<K, Call<K, V>> beginAllFutures(Collection<? extends K> keys) {
		return beginAll(keys, Call::asFuture);
	}

	private Map<K, Call<K, V>> beginAll(Collection<? extends K> keys, UnaryOperator<Call<K, V>> made) {
		keys.forEach(Entrance::checkUsable);
		Entry<K, V> entry = entry();
		Map<K, Call<K, V>> calls = LinkedHashMap.newLinkedHashMap(keys.size());
		keys.forEach((key) -> calls.computeIfAbsent(key, (absent) -> made.apply(newCall(absent, entry))));
		Map<@Nullable Object, List<Call<K, V>>> groups = new LinkedHashMap<>();
		for (Call<K, V> call : calls.values()) {
			groups.computeIfAbsent(this.settings.grouping().of(call.key), (absent) -> new ArrayList<>()).add(call);
		}
		// From here on nothing of the user's can throw: others may wait for these items.
		groups.forEach((group, pooled) -> enterAll(pooled, group, entry));
		calls.values().forEach(this.dispatch::limit);
		return calls;
	}

	private void enterAll(List<Call<K, V>> calls, @Nullable Object group, Entry<K, V> entry) {
		if (entry.way == Way.REFUSE || entry.way == Way.DIRECT) {
			turnAside(calls, group, entry);
			return;
		}
		List<Call<K, V>> items = new ArrayList<>(calls.size());
		for (Call<K, V> call : calls) {
			Call<K, V> item = item(call, group, entry);
			if (item != null) {
				items.add(item);
			}
		}
		if (!items.isEmpty()) {
			this.dispatch.acceptAll(laneId(group), entry.bulk, items);
		}
	}

	/** Creates the call of a method body, which is not in yet. */
	InlineCall<K, V> newInlineCall(K item) {
		checkUsable(item);
		return new InlineCall<>(item, captured(), Execution.current(), this.dispatch);
	}

	/** Takes the call of a method body that collects. */
	void handIn(InlineCall<K, V> call, Class<?> body) {
		Failure refusal = refusal();
		Condition bypass = first(this.settings.bypasses());
		if (refusal == null && bypass != null) {
			refusal = Failure.of(Reason.REFUSED, "collecting is not possible while " + bypass.name());
		}
		if (refusal != null) {
			this.dispatch.refuse(List.of(call), refusal);
			return;
		}
		Lanes.Id id = new Lanes.Id(this.settings.grouping().of(call.key), body);
		if (call.parent != null && call.parent.mustNotWaitFor(this.dispatch)) {
			// The one who leads is the calling thread, so another one has to route.
			Thread.startVirtualThread(() -> this.dispatch.direct(id.group(), this.byLeader, List.of(call)));
			return;
		}
		this.dispatch.accept(id, this.byLeader, call);
		this.dispatch.limit(call);
	}

	/**
	 * Returns what is to gather for a call: nothing, if it has joined another's item or
	 * was refused.
	 */
	private @Nullable Call<K, V> item(Call<K, V> call, @Nullable Object group, Entry<K, V> entry) {
		if (this.flights == null || entry.way != Way.SHARE) {
			return call;
		}
		if (!this.flights.admits()) {
			this.dispatch.refuse(List.of(call), this.dispatch.refused(Reason.OVERLOADED));
			return null;
		}
		return this.flights.join(call, group);
	}

	private void turnAside(List<Call<K, V>> calls, @Nullable Object group, Entry<K, V> entry) {
		if (entry.refusal != null) {
			this.dispatch.refuse(calls, entry.refusal);
		}
		else {
			this.dispatch.direct(group, entry.bulk, calls);
		}
	}

	private Entry<K, V> entry() {
		Execution current = Execution.current();
		if (this.plain != null && current == null) {
			return this.plain;
		}
		Bulk<K, V> bulk = this.settings.bulk();
		if (bulk == null) {
			throw new IllegalStateException(
					"batcher \"" + this.settings.name() + "\" has no bulk function (expected: calls of inline)");
		}
		Failure refusal = refusal();
		if (refusal != null) {
			return new Entry<>(bulk, Way.REFUSE, current, refusal);
		}
		if (current != null && current.mustNotWaitFor(this.dispatch)) {
			return new Entry<>(bulk, Way.DIRECT, current, null);
		}
		if (first(this.settings.bypasses()) != null) {
			return this.dispatch.isClosed() ? new Entry<>(bulk, Way.REFUSE, current, Dispatch.CLOSED)
					: new Entry<>(bulk, Way.DIRECT, current, null);
		}
		// A bulk call never joins another: the two could come to wait for each other.
		Way way = (this.flights != null && current == null) ? Way.SHARE : Way.GATHER;
		return new Entry<>(bulk, way, current, null);
	}

	private @Nullable Failure refusal() {
		Condition refused = first(this.settings.refusals());
		return (refused != null) ? Failure.of(Reason.REFUSED, "calls are refused while " + refused.name()) : null;
	}

	private static @Nullable Condition first(List<Condition> conditions) {
		for (Condition condition : conditions) {
			if (condition.test().getAsBoolean()) {
				return condition;
			}
		}
		return null;
	}

	private Call<K, V> newCall(K key, Entry<K, V> entry) {
		if (this.flights != null && entry.way == Way.SHARE) {
			return this.flights.caller(key, captured());
		}
		return new Call<>(key, captured(), entry.current, this.dispatch);
	}

	private @Nullable Object captured() {
		return (this.settings.capture() != null) ? this.settings.capture().get() : null;
	}

	private Lanes.@Nullable Id laneId(@Nullable Object group) {
		return this.settings.grouping().isNone() ? null : new Lanes.Id(group, null);
	}

	/** Finds out now, for this caller alone, what would fail its whole batch later. */
	@SuppressWarnings({ "SelfEquals", "ReturnValueIgnored" }) // That is what is tested.
	private static void checkUsable(Object key) {
		Objects.requireNonNull(key, "key");
		int unused = key.hashCode();
		if (!key.equals(key)) {
			throw new IllegalArgumentException(
					"key: of " + key.getClass() + ", does not equal itself (expected: stable equality and hash code)");
		}
	}

	private enum Way {

		GATHER, SHARE, DIRECT, REFUSE

	}

	private record Entry<K, V>(Bulk<K, V> bulk, Way way, @Nullable Execution current, @Nullable Failure refusal) {
	}

}
