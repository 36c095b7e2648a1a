package io.coalestra.collections.internal.local;

import java.util.concurrent.ConcurrentHashMap;

import io.coalestra.collections.option.LocalOptions;
import io.coalestra.time.SteerableTimeSource;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.junit.jupiter.api.Test;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

/**
 * Memory on a plain map, schedule by schedule: of the cache it needs that a key's change
 * is atomic, and that is what a plain map has too.
 */
public final class LocalTierModelLincheckTests extends LocalTierOperations {

	public LocalTierModelLincheckTests() {
		super(new LocalTier<>(LocalOptions.DEFAULTS, new SteerableTimeSource(), new ConcurrentHashMap<>()));
	}

	@Test
	void memoryIsNeverLeftWithAnOldRowInEverySchedule() {
		new ModelCheckingOptions().iterations(12)
			.invocationsPerIteration(300)
			.threads(2)
			.actorsPerThread(3)
			.addGuarantee(forClasses(SteerableTimeSource.class.getName()).allMethods().treatAsAtomic())
			.check(getClass());
	}

}
