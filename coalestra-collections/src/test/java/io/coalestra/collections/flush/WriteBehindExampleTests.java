package io.coalestra.collections.flush;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.coalestra.collections.journal.Journal;
import io.coalestra.collections.option.FlushStrategy;
import io.coalestra.collections.store.InMemoryRowStore;
import io.coalestra.time.TimeSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.coalestra.collections.flush.FlushFixture.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The example of {@code docs/write-behind.md}, which has its lines.
 */
class WriteBehindExampleTests {

	@TempDir
	private Path directory;

	private final List<DeadLetter> deadLetters = new ArrayList<>();

	private final List<FlushConflict> conflicts = new ArrayList<>();

	@Test
	void theExampleStoresWhatWasWritten() {
		BufferedWriteBehind writes = BufferedWriteBehind.builder()
			.interval(Duration.ofSeconds(5))
			.journal(Journal.in(this.directory).schema("orders-1").open())
			.onDeadLetter(this.deadLetters::add)
			.onConflict(this.conflicts::add)
			.build();
		WriteBehind.Buffer orders = writes.open(new WriteBehind.DeferringCollection("orders", ORDERS,
				new InMemoryRowStore(TimeSource.system()), FlushStrategy.ON_CHECKPOINT, (write, outcome) -> {
				}));
		orders.accept(new DeferredWrite(ORDERS.key(1L), FlushFixture.row(ORDERS, 1, "a"), null, true, 1));
		FlushResult result = writes.flush();
		FlushStatistics state = writes.statistics();
		writes.close(Duration.ofSeconds(20));
		assertThat(result.stored()).isEqualTo(1);
		assertThat(state.pending()).isZero();
		assertThat(this.deadLetters).isEmpty();
		assertThat(this.conflicts).isEmpty();
	}

	@Test
	void theDocumentHasTheseVeryLines() throws Exception {
		String document = Files.readString(Path.of("../docs/write-behind.md"));
		String source = Files
			.readString(Path.of("src/test/java/io/coalestra/collections/flush/WriteBehindExampleTests.java"));
		String example = document.substring(document.indexOf("```java") + 7,
				document.indexOf("```", document.indexOf("```java") + 7));
		List<String> lines = source.lines().map(String::strip).toList();
		assertThat(example.lines()
			.map((line) -> line.strip()
				.replace("(directory)", "(this.directory)")
				.replace("(deadLetters", "(this.deadLetters")
				.replace("(conflicts", "(this.conflicts"))
			.filter((line) -> !line.isEmpty())).isSubsetOf(lines);
	}

}
