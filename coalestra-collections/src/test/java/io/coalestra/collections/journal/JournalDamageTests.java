package io.coalestra.collections.journal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;

import io.coalestra.collections.journal.JournalException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Journals that are not as they were written: cut at any byte, changed at any byte, with
 * a file missing; and random histories against a map.
 */
class JournalDamageTests {

	@TempDir
	private Path directory;

	@Test
	void cutAtAnyByteTheJournalHasEveryChangeThatIsWholeAndNoneThatIsNot() throws IOException {
		Map<Long, Map<Long, String>> states = new LinkedHashMap<>();
		Path file;
		try (Journal journal = Journal.in(this.directory).open()) {
			file = files(this.directory).getFirst();
			Map<Long, String> state = new TreeMap<>();
			states.put(Files.size(file), Map.copyOf(state));
			for (int i = 1; i <= 6; i++) {
				// Both steps or neither.
				journal.append(JournalTests.put(i, "entry " + i).remove(i - 1 == 0 ? 1000 : i - 1));
				state.clear();
				state.put((long) i, "entry " + i);
				states.put(Files.size(file), Map.copyOf(state));
			}
		}
		byte[] whole = Files.readAllBytes(file);
		for (int length = 0; length <= whole.length; length++) {
			Path copy = Files.createDirectory(this.directory.resolve("cut-" + length));
			Files.write(copy.resolve(file.getFileName()), Arrays.copyOf(whole, length));
			long end = greatest(states, length);
			try (Journal journal = Journal.in(copy).open()) {
				assertThat(JournalTests.contents(journal)).as("cut at %d", length)
					.isEqualTo((end >= 0) ? states.get(end) : Map.of());
				assertThat(journal.recovery().tornBytes()).as("cut at %d", length)
					.isEqualTo((end >= 0) ? length - end : length);
			}
		}
	}

	private static long greatest(Map<Long, ?> states, long length) {
		return states.keySet().stream().mapToLong((each) -> each).filter((each) -> each <= length).max().orElse(-1);
	}

	@Test
	void changedAtAnyByteTheJournalIsRefusedUnlessOnlyItsEndIsLost() throws IOException {
		Path file;
		long beforeLast;
		try (Journal journal = Journal.in(this.directory).open()) {
			file = files(this.directory).getFirst();
			journal.append(JournalTests.put(1, "one"));
			journal.append(JournalTests.put(2, "two"));
			beforeLast = Files.size(file);
			journal.append(JournalTests.put(3, "three"));
		}
		byte[] whole = Files.readAllBytes(file);
		for (int at = 0; at < whole.length; at++) {
			byte[] changed = whole.clone();
			changed[at] ^= 0x10;
			Path copy = Files.createDirectory(this.directory.resolve("changed-" + at));
			Files.write(copy.resolve(file.getFileName()), changed);
			if (at < beforeLast) {
				assertThatExceptionOfType(JournalException.class).as("changed at %d", at)
					.isThrownBy(() -> Journal.in(copy).open())
					.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.DAMAGED))
					.withMessageContaining(file.getFileName().toString());
				try (Journal salvaged = Journal.in(copy).onDamage(OnDamage.SALVAGE).open()) {
					assertThat(JournalTests.contents(salvaged)).as("changed at %d", at).containsEntry(3L, "three");
					assertThat(salvaged.recovery().damages()).as("changed at %d", at).hasSize(1);
				}
			}
			else {
				try (Journal journal = Journal.in(copy).open()) {
					assertThat(JournalTests.contents(journal)).as("changed at %d", at).containsOnlyKeys(1L, 2L);
					assertThat(journal.recovery().tornBytes()).isEqualTo(whole.length - beforeLast);
				}
			}
		}
	}

	@Test
	void aFileThatIsMissingIsDamage() throws IOException {
		try (Journal journal = Journal.in(this.directory).segmentBytes(4096).open()) {
			for (int i = 1; i <= 12; i++) {
				journal.append(JournalTests.put(i, "x".repeat(1000)));
			}
		}
		List<Path> files = files(this.directory);
		assertThat(files).hasSizeGreaterThan(2);
		Files.delete(files.get(1));
		assertThatExceptionOfType(JournalException.class).isThrownBy(() -> Journal.in(this.directory).open())
			.withMessageContaining(files.get(1).getFileName() + " missing");
		try (Journal journal = Journal.in(this.directory).onDamage(OnDamage.SALVAGE).open()) {
			assertThat(JournalTests.contents(journal)).containsKeys(1L, 12L).hasSizeLessThan(12);
			assertThat(journal.recovery().damages()).hasSize(1);
		}
	}

	@Test
	void anEarlierFileThatIsCutIsDamageAndNotTheEnd() throws IOException {
		try (Journal journal = Journal.in(this.directory).segmentBytes(4096).open()) {
			for (int i = 1; i <= 6; i++) {
				journal.append(JournalTests.put(i, "x".repeat(1000)));
			}
		}
		Path first = files(this.directory).getFirst();
		byte[] bytes = Files.readAllBytes(first);
		Files.write(first, Arrays.copyOf(bytes, bytes.length - 7));
		assertThatExceptionOfType(JournalException.class).isThrownBy(() -> Journal.in(this.directory).open())
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.DAMAGED));
	}

	@Test
	void aTornEndIsCutOffForGood() throws IOException {
		try (Journal journal = Journal.in(this.directory).open()) {
			journal.append(JournalTests.put(1, "one"));
		}
		Path file = files(this.directory).getFirst();
		Files.write(file, new byte[] { 1, 2, 3 }, StandardOpenOption.APPEND);
		try (Journal journal = Journal.in(this.directory).open()) {
			assertThat(journal.recovery().tornBytes()).isEqualTo(3);
			journal.append(JournalTests.put(2, "two"));
		}
		try (Journal journal = Journal.in(this.directory).open()) {
			assertThat(journal.recovery().tornBytes()).isZero();
			assertThat(JournalTests.contents(journal)).containsOnlyKeys(1L, 2L);
		}
	}

	@Test
	void randomHistoriesEndAsThoseOfAMap() throws IOException {
		SplittableRandom seeds = new SplittableRandom(Long.getLong("coalestra.seed", 20_261_121L));
		for (int run = 0; run < 60; run++) {
			long seed = seeds.nextLong();
			random(new SplittableRandom(seed), Files.createDirectory(this.directory.resolve("run-" + run)),
					"seed " + seed);
		}
	}

	private static void random(SplittableRandom random, Path directory, String name) throws IOException {
		Map<Long, String> model = new TreeMap<>();
		Journal journal = open(directory);
		int steps = 50 + random.nextInt(400);
		for (int i = 0; i < steps; i++) {
			int kind = random.nextInt(40);
			if (kind == 0) {
				journal.close();
				if (random.nextBoolean()) {
					tear(random, directory);
				}
				journal = open(directory);
				assertThat(JournalTests.contents(journal)).as("%s, step %d", name, i).isEqualTo(model);
			}
			else {
				JournalChange change = new JournalChange();
				for (int each = random.nextInt(3); each >= 0; each--) {
					long id = 1L + random.nextInt(30);
					if (random.nextInt(3) > 0) {
						String content = "content " + i + " " + "x".repeat(random.nextInt(300));
						change.put(id, content.getBytes(StandardCharsets.UTF_8));
						model.put(id, content);
					}
					else {
						change.remove(id);
						model.remove(id);
					}
				}
				journal.append(change);
			}
		}
		journal.close();
		try (Journal last = open(directory)) {
			assertThat(JournalTests.contents(last)).as(name).isEqualTo(model);
		}
	}

	// What a crash leaves while a record is written: some first part of it.
	private static void tear(SplittableRandom random, Path directory) throws IOException {
		List<Path> files = files(directory);
		if (!files.isEmpty()) {
			byte[] record = Frame.encode(JournalTests.put(7, "never finished"));
			Files.write(files.getLast(), Arrays.copyOf(record, random.nextInt(record.length)),
					StandardOpenOption.APPEND);
		}
	}

	private static Journal open(Path directory) {
		return Journal.in(directory).segmentBytes(4096).maxBytes(1_000_000).sync(SyncPolicy.never()).open();
	}

	private static List<Path> files(Path directory) throws IOException {
		try (Stream<Path> files = Files.list(directory)) {
			return files.filter((path) -> Segment.numberOf(path) >= 0).sorted().toList();
		}
	}

}
