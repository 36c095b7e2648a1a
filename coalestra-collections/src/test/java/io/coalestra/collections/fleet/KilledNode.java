package io.coalestra.collections.fleet;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

import io.coalestra.collections.option.FlushStrategy;
import io.coalestra.collections.store.RowStore;
import io.coalestra.tier.SharedTier;
import io.coalestra.time.TimeSource;

/**
 * A process that changes row 0 once, stores it, and stops at a step on the way to be
 * killed there; or that stores what a former one has left in its journal.
 */
public final class KilledNode {

	private static final Duration LIFE = Duration.ofSeconds(1);

	// Raised by the thread that writes, once all that comes before has been done.
	private static volatile boolean armed;

	// Raised when the tier is given the row: what is sent before is a heartbeat.
	private static volatile boolean given;

	private KilledNode() {
	}

	/**
	 * Runs.
	 * @param arguments the strategy, the step, the database, the tier's port, the journal
	 */
	public static void main(String[] arguments) {
		FlushStrategy strategy = FlushStrategy.valueOf(arguments[0]);
		Step step = Step.valueOf(arguments[1]);
		RowStore store = stopping(RowStore.class, StrategyNode.store(arguments[2]), step, Set.of("write", "writeAll"),
				Step.BEFORE_THE_STORE, Step.AFTER_THE_STORE);
		SharedTier tier = StrategyNode.tier(Integer.parseInt(arguments[3]), LIFE);
		tier = stopping(SharedTier.class, tier, step, Set.of("write"), Step.BEFORE_THE_SHARED_TIER, null);
		tier = stopping(SharedTier.class, tier, step, Set.of("send"), Step.BEFORE_THE_NOTICE, null);
		StrategyNode node = new StrategyNode(strategy, store, tier, LIFE, Path.of(arguments[4]), TimeSource.system());
		if (step == Step.NEVER) {
			System.out.println(node.close(Duration.ofSeconds(20)).isComplete() ? "stored" : "left");
			return;
		}
		node.counters.ensure(0L);
		if (strategy == FlushStrategy.ALWAYS) {
			armed = true;
			node.counters.update(0L, Counter::next);
		}
		else {
			node.counters.update(0L, Counter::next);
			System.out.println("taken");
			armed = true;
			node.writes.flush();
		}
		// Where the step is taken by another thread.
		await();
	}

	private static <T> T stopping(Class<T> type, T target, Step step, Set<String> methods, Step before, Step after) {
		return type
			.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, (proxy, method, arguments) -> {
				boolean isStep = armed && methods.contains(method.getName());
				given |= isStep && before == Step.BEFORE_THE_SHARED_TIER;
				if (isStep && step == before && (given || before != Step.BEFORE_THE_NOTICE)) {
					stop();
				}
				try {
					Object answer = method.invoke(target, arguments);
					if (isStep && step == after) {
						stop();
					}
					return answer;
				}
				catch (InvocationTargetException ex) {
					throw ex.getCause();
				}
			}));
	}

	private static void stop() {
		System.out.println("kill me");
		await();
	}

	private static void await() {
		while (true) {
			LockSupport.park();
		}
	}

	/**
	 * Where the process stops.
	 */
	enum Step {

		BEFORE_THE_STORE, AFTER_THE_STORE, BEFORE_THE_SHARED_TIER, BEFORE_THE_NOTICE, NEVER

	}

}
