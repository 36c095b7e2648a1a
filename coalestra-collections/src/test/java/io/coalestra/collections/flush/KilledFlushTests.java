package io.coalestra.collections.flush;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

import io.coalestra.collections.journal.ChildProcess;
import io.coalestra.collections.journal.Journal;
import io.coalestra.collections.option.FlushStrategy;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.Table;
import io.coalestra.collections.store.GroupOutcome;
import io.coalestra.collections.store.InMemoryRowStore;
import io.coalestra.collections.store.Repointing;
import io.coalestra.collections.store.RowStore;
import io.coalestra.collections.store.RowWrite;
import io.coalestra.collections.store.Scan;
import io.coalestra.collections.store.WriteOutcome;
import io.coalestra.time.SteerableTimeSource;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static io.coalestra.collections.flush.FlushFixture.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A process that is killed at each step of a flush, and the next one over the same store
 * and journal.
 */
class KilledFlushTests {

	private static final int ROWS = 5;

	@TempDir
	private Path directory;

	@ParameterizedTest
	@EnumSource(Step.class)
	void everyWriteThatWasTakenIsStoredOnceAndNoneIsAConflict(Step step) {
		Map<Long, Integer> taken = new HashMap<>();
		for (int life = 0; life < 2; life++) {
			try (ChildProcess child = ChildProcess.start(Writer.class, this.directory.toString(), step.name(),
					String.valueOf(life * 1000))) {
				String line = child.line();
				while (!line.equals("kill me")) {
					note(taken, line);
					line = child.line();
				}
				child.kill().forEach((rest) -> note(taken, rest));
			}
		}
		FileStore store = new FileStore(this.directory.resolve("store"), Step.NEVER);
		try (FlushFixture next = new FlushFixture(store, (options) -> options.journal(journal(this.directory)))) {
			next.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
			FlushResult result = next.writes.flush();
			assertThat(result.left()).isZero();
			assertThat(next.conflicts).isEmpty();
			assertThat(next.deadLetters).isEmpty();
			taken.forEach((id, content) -> assertThat(next.content(ORDERS, id)).as("row %d", id)
				.isEqualTo(String.valueOf(content)));
		}
		store.contents.forEach(
				(id, contents) -> assertThat(contents).as("writes of row %d", id).isSorted().doesNotHaveDuplicates());
	}

	private static void note(Map<Long, Integer> taken, String line) {
		int number = Integer.parseInt(line);
		taken.put((long) number % ROWS, number);
	}

	private static Journal journal(Path directory) {
		return Journal.in(directory.resolve("journal")).schema("orders-1").open();
	}

	/**
	 * Where the process stops, and is killed.
	 */
	enum Step {

		BEFORE_THE_STORE, AFTER_THE_STORE, BEFORE_THE_ANSWER, NEVER

	}

	/**
	 * Takes writes, flushes now and then, and stops at a step of the third flush that has
	 * something to do, or between flushes.
	 */
	static final class Writer {

		private Writer() {
		}

		public static void main(String[] args) {
			Path directory = Path.of(args[0]);
			Step step = Step.valueOf(args[1]);
			FileStore store = new FileStore(directory.resolve("store"), step);
			BufferedWriteBehind writes = BufferedWriteBehind.builder().journal(journal(directory)).build();
			WriteBehind.Buffer orders = writes.open(new WriteBehind.DeferringCollection("orders", ORDERS, store,
					FlushStrategy.ON_CHECKPOINT, (write, outcome) -> {
						if (step == Step.BEFORE_THE_ANSWER && store.calls > 2) {
							stop();
						}
					}));
			int number = Integer.parseInt(args[2]);
			for (int i = 1; i < 40; i++) {
				number++;
				Row row = FlushFixture.row(ORDERS, number % ROWS, String.valueOf(number));
				DeferredWrite pending = orders.pending(row.key());
				Row known = store.fetch(ORDERS, List.of(row.key())).get(row.key());
				boolean creates = (pending != null) ? pending.creates() : known == null;
				orders.accept(new DeferredWrite(row.key(), row,
						(pending != null) ? pending.base() : (known != null) ? known.version() : null, creates,
						number));
				System.out.println(number);
				if (i % 7 == 0) {
					writes.flush();
				}
			}
			stop();
		}

		static void stop() {
			System.out.println("kill me");
			while (true) {
				LockSupport.park();
			}
		}

	}

	/**
	 * A store in a file: each transaction is one line, written before it is answered.
	 */
	static final class FileStore implements RowStore {

		private final InMemoryRowStore rows = new InMemoryRowStore(new SteerableTimeSource());

		private final Path file;

		private final Step step;

		private final Map<Long, List<Integer>> contents = new HashMap<>();

		private int calls;

		FileStore(Path file, Step step) {
			this.file = file;
			this.step = step;
			try {
				for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
					for (String write : line.split(";", -1)) {
						int number = Integer.parseInt(write);
						Row row = FlushFixture.row(ORDERS, number % ROWS, write);
						boolean there = !this.rows.fetch(ORDERS, List.of(row.key())).isEmpty();
						this.rows.write(there ? RowWrite.Update.of(row, null) : RowWrite.Insert.of(row));
						this.contents.computeIfAbsent((long) number % ROWS, (id) -> new ArrayList<>()).add(number);
					}
				}
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		@Override
		public String name() {
			return "file";
		}

		@Override
		public Map<RowKey, Row> fetch(Table table, Collection<RowKey> keys) {
			return this.rows.fetch(table, keys);
		}

		@Override
		public WriteOutcome write(RowWrite write) {
			return switch (writeAll(List.of(write))) {
				case GroupOutcome.Applied applied -> applied.outcomes().getFirst();
				case GroupOutcome.Undone undone -> undone.outcome();
			};
		}

		@Override
		public GroupOutcome writeAll(List<? extends RowWrite> writes) {
			this.calls++;
			if (this.step == Step.BEFORE_THE_STORE && this.calls > 2) {
				Writer.stop();
			}
			GroupOutcome outcome = this.rows.writeAll(writes);
			if (outcome instanceof GroupOutcome.Applied) {
				append(writes);
			}
			if (this.step == Step.AFTER_THE_STORE && this.calls > 2) {
				Writer.stop();
			}
			return outcome;
		}

		private void append(List<? extends RowWrite> writes) {
			List<String> contents = new ArrayList<>();
			for (RowWrite write : writes) {
				Row row = (write instanceof RowWrite.Insert insert) ? insert.row()
						: ((RowWrite.Update) write).changes();
				String content = row.get("content", String.class);
				contents.add(content);
				this.contents.computeIfAbsent(Long.parseLong(content) % ROWS, (id) -> new ArrayList<>())
					.add(Integer.parseInt(content));
			}
			try {
				Files.writeString(this.file, String.join(";", contents) + "\n", StandardOpenOption.CREATE,
						StandardOpenOption.APPEND);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		@Override
		public List<Row> scan(Scan scan) {
			return this.rows.scan(scan);
		}

		@Override
		public List<RowKey> repoint(Repointing repointing) {
			return this.rows.repoint(repointing);
		}

	}

}
