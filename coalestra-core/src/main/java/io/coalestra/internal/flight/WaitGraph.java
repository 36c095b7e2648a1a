package io.coalestra.internal.flight;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

import io.coalestra.key.ResourceKey;

/**
 * Who waits for whom among derived reads, so that a circle is found when it would close,
 * also one whose halves different builds have begun.
 *
 * <p>
 * Edges are written and followed under one lock. Only derived reads take it, twice each.
 */
public final class WaitGraph {

	private final ReentrantLock lock = new ReentrantLock();

	/**
	 * Lets a flight wait for others, unless that would close a circle.
	 * @param waiter the flight that waits
	 * @param dependencies the flights that it waits for
	 * @return empty if it may; else the keys along the circle, from the waiter's back to
	 * itself
	 */
	public List<ResourceKey<?>> await(Flight waiter, List<Flight> dependencies) {
		this.lock.lock();
		try {
			Set<Flight> seen = new HashSet<>();
			List<ResourceKey<?>> path = new ArrayList<>();
			path.add(waiter.key());
			for (Flight dependency : dependencies) {
				if (reaches(dependency, waiter, seen, path)) {
					return path;
				}
			}
			// Besides what another source of the same flight is read from, where one was
			// asked as well.
			List<Flight> all = new ArrayList<>(Arrays.asList(waiter.waitsFor));
			all.addAll(dependencies);
			waiter.waitsFor = all.toArray(Flight[]::new);
			return List.of();
		}
		finally {
			this.lock.unlock();
		}
	}

	private static boolean reaches(Flight from, Flight target, Set<Flight> seen, List<ResourceKey<?>> path) {
		path.add(from.key());
		if (from == target) {
			return true;
		}
		// One that has ended holds nobody up any more.
		if (!from.hasLanded() && seen.add(from)) {
			for (Flight next : from.waitsFor) {
				if (reaches(next, target, seen, path)) {
					return true;
				}
			}
		}
		path.removeLast();
		return false;
	}

	/**
	 * Notes that a flight no longer waits for others.
	 * @param waiter the flight
	 * @param dependencies the flights that it waited for
	 */
	public void arrived(Flight waiter, List<Flight> dependencies) {
		this.lock.lock();
		try {
			List<Flight> left = new ArrayList<>(Arrays.asList(waiter.waitsFor));
			dependencies.forEach(left::remove);
			waiter.waitsFor = left.toArray(Flight[]::new);
		}
		finally {
			this.lock.unlock();
		}
	}

}
