package io.coalestra.collections.journal;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

import io.coalestra.collections.journal.JournalException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A process that is killed while it writes.
 */
class JournalKillTests {

	@TempDir
	private Path directory;

	@Test
	void aKilledProcessLosesNothingThatWasAppendedAndItsDirectoryIsFreeAgain() {
		Set<Long> appended = new HashSet<>();
		for (int kill = 1; kill <= 3; kill++) {
			try (ChildProcess child = ChildProcess.start(Writer.class, this.directory.toString())) {
				for (int i = 0; i < 50 * kill; i++) {
					appended.add(Long.parseLong(child.line()));
				}
				assertThatExceptionOfType(JournalException.class).isThrownBy(() -> Writer.open(this.directory))
					.withMessageContaining("open in another process")
					.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.LOCKED));
				child.kill().forEach((line) -> appended.add(Long.parseLong(line)));
			}
			try (Journal journal = Writer.open(this.directory)) {
				assertThat(JournalTests.contents(journal).keySet()).containsAll(appended);
				assertThat(journal.recovery().damages()).isEmpty();
			}
		}
	}

	/**
	 * Appends entries for as long as it lives, and prints the number of each that it has
	 * appended.
	 */
	static final class Writer {

		private Writer() {
		}

		public static void main(String[] args) {
			try (Journal journal = open(Path.of(args[0]))) {
				long id = journal.recovery().greatestId();
				while (true) {
					id++;
					journal.settle(journal.append(JournalTests.put(id, "entry " + id)));
					System.out.println(id);
				}
			}
		}

		static Journal open(Path directory) {
			return Journal.in(directory).segmentBytes(4096).open();
		}

	}

}
