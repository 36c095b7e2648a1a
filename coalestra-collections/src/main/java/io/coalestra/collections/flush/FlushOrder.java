package io.coalestra.collections.flush;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The order in which entries are stored: that in which they were written, but parents
 * before children, and where both are deleted, children before parents. Entries that are
 * each other's parents stay as they were written and are reported.
 *
 * <p>
 * Linear in the entries and their references, and without recursion, since a chain of
 * parents may be as long as the buffer. For one thread.
 */
final class FlushOrder {

	private final Map<Entry, List<Entry>> parents = new HashMap<>();

	private final List<Entry> ordered;

	private final Set<Entry> cyclic = new HashSet<>();

	private final List<List<String>> cycles = new ArrayList<>();

	/**
	 * @param entries the entries, as they were written
	 * @param finder finds parents, among other things
	 */
	FlushOrder(List<Entry> entries, Parents finder) {
		Set<Entry> present = new HashSet<>(entries);
		for (Entry entry : entries) {
			List<Entry> found = finder.of(entry).stream().filter(present::contains).toList();
			if (!found.isEmpty()) {
				this.parents.put(entry, found);
			}
		}
		this.ordered = this.parents.isEmpty() ? new ArrayList<>(entries) : parentsFirst(entries);
		deleteChildrenFirst(finder);
	}

	private List<Entry> parentsFirst(List<Entry> entries) {
		Set<Entry> visited = new HashSet<>();
		List<Entry> result = new ArrayList<>(entries.size());
		for (Entry entry : entries) {
			if (visited.add(entry)) {
				visit(entry, visited, result);
			}
		}
		return result;
	}

	private void visit(Entry start, Set<Entry> visited, List<Entry> result) {
		Deque<Visit> path = new ArrayDeque<>();
		Set<Entry> onPath = new HashSet<>();
		path.push(new Visit(start, iterator(start)));
		onPath.add(start);
		while (!path.isEmpty()) {
			Visit top = path.peek();
			if (!top.parents.hasNext()) {
				result.add(top.entry);
				onPath.remove(top.entry);
				path.pop();
				continue;
			}
			Entry parent = top.parents.next();
			if (onPath.contains(parent)) {
				reportCycle(path, parent);
			}
			else if (visited.add(parent)) {
				path.push(new Visit(parent, iterator(parent)));
				onPath.add(parent);
			}
		}
	}

	private Iterator<Entry> iterator(Entry entry) {
		return this.parents.getOrDefault(entry, List.of()).iterator();
	}

	private void reportCycle(Deque<Visit> path, Entry first) {
		List<String> names = new ArrayList<>();
		for (Visit visit : path) {
			names.add(visit.entry.toString());
			this.cyclic.add(visit.entry);
			if (visit.entry == first) {
				break;
			}
		}
		this.cycles.add(List.copyOf(names));
	}

	/**
	 * What a deleted row referred to is not known any more, so that tables decide:
	 * deletes change places among themselves.
	 */
	private void deleteChildrenFirst(Parents finder) {
		List<Integer> places = new ArrayList<>();
		List<Entry> deletes = new ArrayList<>();
		Map<String, Integer> depths = new HashMap<>();
		for (int i = 0; i < this.ordered.size(); i++) {
			Entry entry = this.ordered.get(i);
			if (entry.write.deletes()) {
				places.add(i);
				deletes.add(entry);
				depths.computeIfAbsent(entry.owner.collection.table().name(), finder::depth);
			}
		}
		if (depths.size() > 1) {
			deletes.sort(Comparator
				.comparingInt((Entry entry) -> depths.getOrDefault(entry.owner.collection.table().name(), 0))
				.reversed());
			for (int i = 0; i < places.size(); i++) {
				this.ordered.set(places.get(i), deletes.get(i));
			}
		}
	}

	List<Entry> ordered() {
		return this.ordered;
	}

	Set<Entry> cyclic() {
		return this.cyclic;
	}

	List<List<String>> cycles() {
		return this.cycles;
	}

	private record Visit(Entry entry, Iterator<Entry> parents) {
	}

}
