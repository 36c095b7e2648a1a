package io.coalestra.collections.journal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Where the entries are that are still needed. Read and written under the journal's lock.
 */
final class Index {

	private final Map<Long, Place> places = new HashMap<>();

	private long bytes;

	void put(long id, Place place) {
		forget(this.places.put(id, place));
		place.segment.entryAdded();
		this.bytes += place.size;
	}

	void remove(long id) {
		forget(this.places.remove(id));
	}

	private void forget(@Nullable Place earlier) {
		if (earlier != null) {
			earlier.segment.entryGone();
			this.bytes -= earlier.size;
		}
	}

	int entries() {
		return this.places.size();
	}

	long bytes() {
		return this.bytes;
	}

	/**
	 * Returns the entries in a file, by number.
	 */
	List<Map.Entry<Long, Place>> entries(Segment segment) {
		List<Map.Entry<Long, Place>> found = new ArrayList<>(segment.entries());
		this.places.entrySet()
			.stream()
			.filter((entry) -> entry.getValue().segment == segment)
			.sorted(Map.Entry.comparingByKey())
			.forEach((entry) -> found.add(Map.entry(entry.getKey(), entry.getValue())));
		return found;
	}

	/**
	 * Where an entry is.
	 *
	 * @param segment in which file
	 * @param frame where in it its record begins
	 * @param length how long the record is
	 * @param offset where in the record the content begins
	 * @param size how long the content is
	 */
	record Place(Segment segment, long frame, int length, int offset, int size) {
	}

}
