package io.coalestra.model;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The shortening loop shortens.
 */
class ScriptsTests {

	@Test
	void aFailingScriptIsShortenedToTheStepsThatMatterAndItsSeedIsReported() {
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> Scripts.check(100, (random) -> random.ints(50, 0, 10).boxed().toList(),
					ScriptsTests::neverSevenBeforeThree))
			.withMessageContaining("seed")
			.withMessageEndingWith("to 2 steps:\n  7\n  3");
	}

	@Test
	void scriptsOfOneSeedAreTheSameEachTime() {
		assertThat(messageOfFailure()).isEqualTo(messageOfFailure());
	}

	private static String messageOfFailure() {
		try {
			Scripts.check(100, (random) -> random.ints(20, 0, 10).boxed().toList(),
					ScriptsTests::neverSevenBeforeThree);
			return "";
		}
		catch (AssertionError ex) {
			return ex.getMessage();
		}
	}

	private static void neverSevenBeforeThree(List<Integer> script) {
		int seven = script.indexOf(7);
		assertThat(seven >= 0 && script.lastIndexOf(3) > seven).isFalse();
	}

}
