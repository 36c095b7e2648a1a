package io.coalestra.collections.internal.shared;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.collections.fixtures.Fleet;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowFormat;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.store.InMemoryRowStore;
import io.coalestra.collections.store.RowWrite;
import io.coalestra.collections.store.WriteOutcome;
import io.coalestra.tier.FillToken;
import io.coalestra.tier.InMemoryTier;
import io.coalestra.tier.SharedTier;
import io.coalestra.tier.TierKey;
import io.coalestra.tier.TierLookup;
import io.coalestra.tier.coherence.TierGate;
import io.coalestra.time.SteerableTimeSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A process that writes a row and asks the shared tier meanwhile, another one that writes
 * or deletes the row, a third that reads it, and a tier that loses its contents: whatever
 * the order of all their steps, the tier has the stored row in the end, or none. Notices
 * are lost, and the tier does what it is asked in any order.
 */
class SharedWriteOrderTests {

	private static final RowKey KEY = Fleet.key(1);

	// In how many orders the tier had the row in the end.
	private final AtomicInteger found = new AtomicInteger();

	@ParameterizedTest
	@EnumSource
	void theTierIsNeverLeftWithAnOldRowWhereAnotherProcessDeletesIt(Before before) {
		int orders = EveryOrder.of(() -> new World(before).write().delete().read());
		assertThat(orders).isGreaterThan(1_000);
	}

	@ParameterizedTest
	@EnumSource
	void theTierIsNeverLeftWithAnOldRowWhereAnotherProcessWritesIt(Before before) {
		int orders = EveryOrder.of(() -> new World(before).write().update().read());
		assertThat(orders).isGreaterThan(1_000);
		assertThat(this.found).hasPositiveValue();
	}

	@ParameterizedTest
	@EnumSource
	void theTierIsNeverLeftWithAnOldRowWhereItLosesItsContentsAsWell(Before before) {
		EveryOrder.of(() -> new World(before).write().delete().lose());
		EveryOrder.of(() -> new World(before).write().update().lose());
	}

	@Test
	void theRowIsPutWhereNothingIsInTheWay() {
		EveryOrder.of(() -> new World(Before.HELD).write());
		EveryOrder.of(() -> new World(Before.REMOVED_AS_IS_KNOWN).write());
		int orders = EveryOrder.of(() -> new World(Before.UNKNOWN).write());
		assertThat(this.found).hasValue(orders * 3);
		EveryOrder.of(() -> new World(Before.REMOVED_BY_ANOTHER).write());
		assertThat(this.found).hasValue(orders * 3);
	}

	/**
	 * What the tier has before.
	 */
	enum Before {

		/** The row. */
		HELD,

		/** Nothing. */
		UNKNOWN,

		/** A removal by the process that writes. */
		REMOVED_AS_IS_KNOWN,

		/** A removal by another process. */
		REMOVED_BY_ANOTHER,

		/** The row, after a removal by another process. */
		HELD_AGAIN

	}

	private final class World implements EveryOrder.Course {

		private final SteerableTimeSource time = new SteerableTimeSource();

		private final InMemoryRowStore store = new InMemoryRowStore(this.time);

		private final InMemoryTier tier = new InMemoryTier(this.time);

		private final List<Deque<EveryOrder.Step>> processes = new ArrayList<>();

		// What the tier was asked and has not done yet.
		private final List<EveryOrder.Step> asked = new ArrayList<>();

		private boolean quick = true;

		private final SharedRows one = process();

		private final SharedRows other = process();

		private World(Before before) {
			this.store.write(RowWrite.Insert.of(Fleet.account(1, 10)));
			Row row = Objects.requireNonNull(stored());
			// The first to hear of the tier waits for it.
			this.one.read(List.of(Fleet.key(2)));
			CompletableFuture<Void> done = switch (before) {
				case HELD -> this.other.begin(KEY).stored(row);
				case UNKNOWN -> CompletableFuture.completedFuture(null);
				case REMOVED_AS_IS_KNOWN -> this.one.remove(List.of(KEY));
				case REMOVED_BY_ANOTHER -> this.other.remove(List.of(KEY));
				case HELD_AGAIN -> this.other.remove(List.of(KEY)).thenCompose((removed) -> {
					this.time.advance(Duration.ofSeconds(1));
					return this.other.begin(KEY).stored(row);
				});
			};
			assertThat(done).isCompleted();
			this.time.advance(Duration.ofSeconds(1));
			this.quick = false;
		}

		private SharedRows process() {
			SharedTier slow = (SharedTier) Proxy.newProxyInstance(SharedTier.class.getClassLoader(),
					new Class<?>[] { SharedTier.class }, (proxy, method, arguments) -> switch (method.getName()) {
						case "write", "read" -> later(method, arguments);
						default -> call(method, arguments);
					});
			return new SharedRows(TierGate.to(slow).timeSource(this.time).build(), "accounts", Fleet.ACCOUNT,
					Duration.ofMinutes(5), this.time, (keys) -> {
					});
		}

		private Object call(Method method, Object[] arguments) {
			try {
				return method.invoke(this.tier, arguments);
			}
			catch (IllegalAccessException | InvocationTargetException ex) {
				throw new IllegalStateException(ex);
			}
		}

		private CompletableFuture<Object> later(Method method, Object[] arguments) {
			CompletableFuture<Object> answer = new CompletableFuture<>();
			Runnable work = () -> {
				@SuppressWarnings("unchecked") // reads and writes answer so
				CompletableFuture<Object> done = (CompletableFuture<Object>) call(method, arguments);
				answer.complete(done.join());
			};
			if (this.quick) {
				work.run();
			}
			else {
				this.asked.add(new EveryOrder.Step("tier: " + method.getName(), work));
			}
			return answer;
		}

		private Row stored() {
			return this.store.fetch(Fleet.ACCOUNT, List.of(KEY)).get(KEY);
		}

		private WriteOutcome set(long balance) {
			Row changes = Fleet.ACCOUNT.row().set("balance", balance).build();
			return this.store.write(new RowWrite.Update(KEY, changes, null));
		}

		private void happens(EveryOrder.Step... steps) {
			this.processes.add(new ArrayDeque<>(List.of(steps)));
		}

		private World write() {
			SharedRows.Write[] write = new SharedRows.Write[1];
			WriteOutcome[] outcome = new WriteOutcome[1];
			happens(new EveryOrder.Step("one: begin", () -> write[0] = this.one.begin(KEY)),
					new EveryOrder.Step("one: store", () -> outcome[0] = set(100)),
					new EveryOrder.Step("one: follow", () -> {
						var unused = (outcome[0] instanceof WriteOutcome.Stored stored) ? write[0].stored(stored.row())
								: write[0].removed();
					}));
			return this;
		}

		private World update() {
			SharedRows.Write[] write = new SharedRows.Write[1];
			Row[] row = new Row[1];
			// Its own question is quick, so that there are fewer orders.
			happens(new EveryOrder.Step("other: store", () -> {
				this.quick = true;
				write[0] = this.other.begin(KEY);
				this.quick = false;
				row[0] = ((WriteOutcome.Stored) set(200)).row();
			}), new EveryOrder.Step("other: follow", () -> {
				var unused = write[0].stored(row[0]);
			}));
			return this;
		}

		private World delete() {
			happens(new EveryOrder.Step("other: store",
					() -> this.store.write(new RowWrite.Delete(Fleet.ACCOUNT, KEY, null))),
					new EveryOrder.Step("other: follow", () -> {
						var unused = this.other.remove(List.of(KEY));
					}));
			return this;
		}

		private World read() {
			FillToken[] token = new FillToken[1];
			Row[] row = new Row[1];
			happens(new EveryOrder.Step("reader: tier", () -> token[0] = lookup().token()),
					new EveryOrder.Step("reader: store", () -> row[0] = stored()),
					new EveryOrder.Step("reader: fill", () -> {
						this.quick = true;
						if (row[0] != null) {
							this.other.promote(Map.of(row[0], token[0]));
						}
						this.quick = false;
					}));
			return this;
		}

		private World lose() {
			happens(new EveryOrder.Step("tier: lose", this.tier::lose));
			return this;
		}

		private TierLookup lookup() {
			return this.tier.read(List.of(new TierKey("accounts", KEY.text()))).join().getFirst();
		}

		@Override
		public List<EveryOrder.Step> possible() {
			List<EveryOrder.Step> possible = new ArrayList<>();
			for (Deque<EveryOrder.Step> process : this.processes) {
				if (!process.isEmpty()) {
					possible.add(
							new EveryOrder.Step(process.getFirst().name(), () -> process.removeFirst().action().run()));
				}
			}
			for (EveryOrder.Step step : List.copyOf(this.asked)) {
				possible.add(new EveryOrder.Step(step.name(), () -> {
					this.asked.remove(step);
					step.action().run();
				}));
			}
			return possible;
		}

		@Override
		public void end() {
			assertThat(this.one.unsettled()).isZero();
			assertThat(this.other.unsettled()).isZero();
			if (lookup() instanceof TierLookup.Found held) {
				Row row = RowFormat.decode(Fleet.ACCOUNT, ByteBuffer.wrap(held.entry().payload()));
				assertThat(row).isNotNull().isEqualTo(stored());
				SharedWriteOrderTests.this.found.incrementAndGet();
			}
		}

	}

}
