package io.coalestra.collections.flush;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.coalestra.collections.flush.EntryFormat.Recovered;
import io.coalestra.collections.journal.Journal;
import io.coalestra.collections.journal.JournalChange;
import io.coalestra.collections.journal.JournalEntry;
import io.coalestra.collections.journal.JournalException;
import io.coalestra.collections.journal.JournalStatistics;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the buffer tells the journal, if there is one. Under the buffer's lock, but for
 * {@link #settle(long)}.
 */
final class FlushJournal {

	private static final Logger logger = LoggerFactory.getLogger(FlushJournal.class);

	private final @Nullable Journal journal;

	// By collection, in the order of flushing; those whose collection has not been
	// opened.
	private final Map<String, List<Recovered>> recovered = new LinkedHashMap<>();

	// Removals that could not be written, to go with the next change. Until then a
	// restart
	// would offer these entries once more, which their versions make harmless.
	private final Set<Long> owed = new HashSet<>();

	// What was to be put along with them: a removal without it would lose what has taken
	// its place.
	private final Map<Long, Entry> owedPuts = new LinkedHashMap<>();

	private boolean warned;

	FlushJournal(@Nullable Journal journal) {
		this.journal = journal;
		if (journal != null) {
			journal.recovery().entries().forEach(this::recover);
			if (!this.recovered.isEmpty()) {
				logger.info("{} holds {} pending writes of a former process, of {}", journal,
						journal.recovery().entries().size(), this.recovered.keySet());
			}
			if (!journal.recovery().damages().isEmpty()) {
				logger.error("{} was damaged, and writes may be lost: {}", journal, journal.recovery().damages());
			}
		}
	}

	private void recover(JournalEntry entry) {
		Recovered write = EntryFormat.read(entry.id(), entry.content());
		if (write == null) {
			throw new IllegalArgumentException(
					this.journal + ": entry " + entry.id() + " (expected: a pending write, in a form that is known)");
		}
		this.recovered.computeIfAbsent(write.collection(), (name) -> new ArrayList<>()).add(write);
	}

	long firstId() {
		return (this.journal != null) ? this.journal.recovery().greatestId() + 1 : 1;
	}

	List<Recovered> recovered(String collection) {
		return this.recovered.getOrDefault(collection, List.of());
	}

	void claimed(String collection) {
		this.recovered.remove(collection);
	}

	int unclaimed() {
		return this.recovered.values().stream().mapToInt(List::size).sum();
	}

	/**
	 * Adds to a change that an entry is to be put as a write has it.
	 * @param follows the pending write that it was made upon, which may be stored before
	 * this one is pending, or null
	 */
	void put(JournalChange change, Entry entry, DeferredWrite write, @Nullable DeferredWrite follows) {
		change.put(entry.id, EntryFormat.encode(entry.owner.name(), write, follows, entry.sinceEpoch));
	}

	/**
	 * @return a position to settle
	 * @throws JournalException if the journal does not take it
	 */
	long append(JournalChange change) {
		return (this.journal != null) ? this.journal.append(change) : 0;
	}

	/**
	 * Takes back what could not be settled.
	 */
	void retract(JournalChange undoing) {
		if (this.journal != null) {
			this.journal.retract(undoing);
		}
	}

	void settle(long position) {
		if (this.journal != null) {
			this.journal.settle(position);
		}
	}

	/**
	 * Removes entries, and puts those whose turn has come as they are now.
	 */
	void acknowledge(List<Entry> removed, List<Entry> changed) {
		if (this.journal == null) {
			return;
		}
		JournalChange change = new JournalChange();
		changed.forEach((entry) -> this.owedPuts.put(entry.id, entry));
		removed.forEach((entry) -> {
			this.owedPuts.remove(entry.id);
			this.owed.add(entry.id);
		});
		this.owedPuts.values().forEach((entry) -> put(change, entry, entry.write, null));
		this.owed.forEach(change::remove);
		try {
			this.journal.append(change);
			this.owed.clear();
			this.owedPuts.clear();
		}
		catch (JournalException ex) {
			if (!this.warned) {
				this.warned = true;
				logger.warn("{} was not told of writes that are stored; after a restart they would be offered again",
						this.journal, ex);
			}
		}
	}

	boolean isPresent() {
		return this.journal != null;
	}

	@Nullable JournalStatistics statistics() {
		return (this.journal != null) ? this.journal.statistics() : null;
	}

	void close() {
		if (this.journal != null) {
			this.journal.close();
		}
	}

}
