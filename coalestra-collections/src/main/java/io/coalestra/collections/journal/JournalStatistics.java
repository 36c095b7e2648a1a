package io.coalestra.collections.journal;

/**
 * The state of a journal, of one instant.
 *
 * @param bytes how large it is on disk
 * @param maxBytes how large it may become, but for one segment that a compaction may need
 * @param segments of how many files it consists
 * @param entries how many entries it keeps: put, and not removed
 * @param entryBytes how large these are
 * @param appends how many changes were appended since it was opened
 * @param syncs how often it was forced to the disk since
 * @param segmentsRemoved how many files were done with since
 * @param entriesMoved how many entries were copied from old files since, so that these
 * could go
 * @param failed whether the disk failed, so that nothing more is taken
 */
public record JournalStatistics(long bytes, long maxBytes, int segments, int entries, long entryBytes, long appends,
		long syncs, long segmentsRemoved, long entriesMoved, boolean failed) {
}
