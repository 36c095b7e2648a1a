package io.coalestra.collections.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;

import io.coalestra.collections.access.Change;
import io.coalestra.collections.access.LoadException;
import io.coalestra.collections.access.RowException;
import io.coalestra.collections.fixtures.Fleet;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.store.StoreException;
import org.junit.jupiter.api.Test;

import static io.coalestra.collections.fixtures.Fleet.account;
import static io.coalestra.collections.fixtures.Fleet.key;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random scripts on two nodes, with a shared tier that fails, forgets and loses messages,
 * and a wall clock that is set back and forth, against a model of what the store has
 * held: a list of values a row. A node may read what it has not heard of yet, but nothing
 * older than its own last write, and nothing that was never stored; and when all is well
 * again, everybody reads what is stored.
 */
class CollectionModelTests {

	private static final long SEED = Long.getLong("coalestra.seed", 20_261_121L);

	private static final int SCRIPTS = 400;

	private static final int ROWS = 3;

	@Test
	void nodesReadNothingOlderThanTheirOwnWritesAndAgreeInTheEnd() {
		SplittableRandom seeds = new SplittableRandom(SEED);
		for (int script = 0; script < SCRIPTS; script++) {
			new Run(seeds.nextLong()).play();
		}
	}

	private static final class Run {

		private final long seed;

		private final SplittableRandom random;

		private final Fleet fleet = new Fleet();

		private final List<Fleet.Node> nodes = List.of(this.fleet.node(), this.fleet.node());

		// What the store held of each row, one after the other; null where there was
		// none.
		private final List<List<Long>> histories = new ArrayList<>();

		// By node and row: the place of its last own write.
		private final int[][] own = new int[2][ROWS];

		private long value;

		private Run(long seed) {
			this.seed = seed;
			this.random = new SplittableRandom(seed);
			for (int row = 0; row < ROWS; row++) {
				this.histories.add(new ArrayList<>());
				this.histories.get(row).add(null);
			}
		}

		private void play() {
			try (this.fleet) {
				for (int i = 0; i < 60; i++) {
					step(this.random.nextInt(2), this.random.nextInt(ROWS));
				}
				this.nodes.forEach((node) -> {
					node.tier.heal();
					node.tier.deliverMessages();
					node.store.heal();
				});
				for (int i = 0; i < 30; i++) {
					this.fleet.time.advance(Duration.ofSeconds(1));
				}
				for (int row = 0; row < ROWS; row++) {
					Long stored = this.histories.get(row).getLast();
					for (Fleet.Node node : this.nodes) {
						assertThat(node.balance(row)).as("seed %d, row %d in the end", this.seed, row)
							.isEqualTo(stored);
					}
					assertThat(this.fleet.node().balance(row)).as("seed %d, row %d, tier", this.seed, row)
						.isEqualTo(stored);
				}
			}
		}

		private void step(int number, int row) {
			Fleet.Node node = this.nodes.get(number);
			switch (this.random.nextInt(17)) {
				case 0, 1 -> write(number, row, () -> node.accounts.put(account(row, ++this.value)));
				case 2, 3 ->
					write(number, row, () -> node.accounts.update(key(row), (old) -> account(row, ++this.value)));
				case 4 -> write(number, row, () -> node.accounts.delete(key(row)));
				case 5 -> node.accounts.evict(key(row));
				case 6 -> fault(node);
				case 7 -> node.tier.heal();
				case 8 -> node.tier.deliverMessages();
				case 9 -> this.fleet.time.advance(Duration.ofMillis(this.random.nextInt(3000)));
				case 10 -> keep(number, row);
				case 11 ->
					this.fleet.time.setWallClock(this.fleet.time.now().plusSeconds(this.random.nextInt(-3600, 3600)));
				default -> read(number, row);
			}
		}

		/**
		 * What is decided without a write is decided upon what is stored.
		 */
		private void keep(int number, int row) {
			Fleet.Node node = this.nodes.get(number);
			node.store.heal();
			Long decided = node.accounts.compute(key(row), (old) -> Change.keep())
				.map((held) -> Fleet.balance(held.value()))
				.orElse(null);
			assertThat(decided).as("seed %d, node %d, row %d, kept", this.seed, number, row)
				.isEqualTo(this.histories.get(row).getLast());
		}

		private void fault(Fleet.Node node) {
			switch (this.random.nextInt(5)) {
				case 0 -> node.tier.fail();
				case 1 -> node.tier.loseMessages();
				case 2 -> this.fleet.tier.lose();
				case 3 -> node.store.fail(StoreException.Reason.TRANSIENT);
				default -> node.store.failAfterEffect();
			}
		}

		private void write(int number, int row, Runnable write) {
			Fleet.Node node = this.nodes.get(number);
			boolean done = false;
			try {
				write.run();
				done = true;
			}
			catch (RowException | StoreException | LoadException refused) {
				// What the store made of it is looked up.
			}
			node.store.heal();
			Row stored = this.fleet.truth.fetch(Fleet.ACCOUNT, List.of(key(row))).get(key(row));
			Long after = (stored != null) ? Long.valueOf(Fleet.balance(stored)) : null;
			List<Long> history = this.histories.get(row);
			if (!Objects.equals(history.getLast(), after)) {
				history.add(after);
				this.own[number][row] = history.size() - 1;
			}
			else if (done) {
				this.own[number][row] = history.size() - 1;
			}
		}

		private void read(int number, int row) {
			Fleet.Node node = this.nodes.get(number);
			node.store.heal();
			List<Long> history = this.histories.get(row);
			assertThat(history.subList(this.own[number][row], history.size()))
				.as("seed %d, node %d, row %d", this.seed, number, row)
				.contains(node.balance(row));
		}

	}

}
