package io.coalestra.test;

import io.coalestra.health.BuilderHealth;
import io.coalestra.snapshot.Snapshot;
import org.jspecify.annotations.Nullable;

/**
 * The entry to the assertions, to be imported statically beside AssertJ's own.
 */
public final class CoalestraAssertions {

	private CoalestraAssertions() {
	}

	/**
	 * Begins assertions on a snapshot.
	 * @param actual the snapshot
	 * @return the assertions
	 */
	public static SnapshotAssert assertThat(@Nullable Snapshot actual) {
		return new SnapshotAssert(actual);
	}

	/**
	 * Begins assertions on a builder's state.
	 * @param actual the state
	 * @return the assertions
	 */
	public static BuilderHealthAssert assertThat(@Nullable BuilderHealth actual) {
		return new BuilderHealthAssert(actual);
	}

}
