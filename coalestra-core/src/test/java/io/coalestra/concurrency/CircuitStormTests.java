package io.coalestra.concurrency;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.internal.circuit.Circuit;
import io.coalestra.internal.circuit.SourceCircuits;
import io.coalestra.policy.CircuitPolicy;
import io.coalestra.policy.CircuitScope;
import io.coalestra.time.TimeSource;
import org.junit.jupiter.api.RepeatedTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * However threads meet at a circuit that opens, probes and closes, it comes to rest.
 */
class CircuitStormTests {

	private static final long SEED = Long.getLong("coalestra.seed", 20_261_121L);

	@RepeatedTest(5)
	void aCircuitIsNeverLeftHalfOpenWithoutAProbe() {
		int threads = 4;
		SourceCircuits circuits = new SourceCircuits("source",
				new CircuitPolicy(true, CircuitScope.SOURCE, 1, Duration.ZERO), TimeSource.system(),
				(circuit, state) -> {
				});
		Circuit circuit = circuits.find("");
		AtomicInteger admitted = new AtomicInteger();
		List<Thread> callers = new ArrayList<>();
		for (int i = 0; i < threads; i++) {
			SplittableRandom random = new SplittableRandom(SEED + i);
			callers.add(Thread.ofPlatform().start(() -> {
				for (int call = 0; call < 30_000; call++) {
					Circuit.Admission admission = circuit.tryAdmit();
					if (admission.verdict() == Circuit.Verdict.ADMITTED) {
						admitted.incrementAndGet();
						circuit.settle(admission.generation(), switch (random.nextInt(3)) {
							case 0 -> Circuit.Outcome.SUCCESS;
							case 1 -> Circuit.Outcome.SKIPPED;
							default -> Circuit.Outcome.FAILURE;
						});
					}
				}
			}));
		}
		callers.forEach((caller) -> Waiting.join(caller, Duration.ofSeconds(60)));
		assertThat(admitted).as("calls admitted").hasValueGreaterThan(1_000);
		assertThat(circuit.tryAdmit().verdict()).as("the verdict when all is quiet, seed %d", SEED)
			.isEqualTo(Circuit.Verdict.ADMITTED);
	}

}
