package io.coalestra.collections.internal.local;

import io.coalestra.collections.option.LocalOptions;
import io.coalestra.time.SteerableTimeSource;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/**
 * Memory as it is, under stress: the schedules of Caffeine's own code are too many to go
 * through.
 */
public final class LocalTierLincheckTests extends LocalTierOperations {

	public LocalTierLincheckTests() {
		super(new LocalTier<>(LocalOptions.DEFAULTS, new SteerableTimeSource()));
	}

	@Test
	void memoryIsNeverLeftWithAnOldRowUnderStress() {
		new StressOptions().iterations(20)
			.invocationsPerIteration(2_000)
			.threads(3)
			.actorsPerThread(4)
			.check(getClass());
	}

}
