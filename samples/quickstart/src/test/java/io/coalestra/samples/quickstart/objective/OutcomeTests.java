package io.coalestra.samples.quickstart.objective;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class OutcomeTests {

	@ParameterizedTest
	@CsvSource({ "AT_MOST, 0.9, true", "AT_MOST, 1.0, true", "AT_MOST, 1.1, false", "AT_LEAST, 0.9, false",
			"AT_LEAST, 1.0, true", "AT_LEAST, 1.1, true" })
	void theTargetItselfMeetsTheObjective(Comparison comparison, double measured, boolean met) {
		Objective objective = new Objective("any", "Any", comparison, 1.0);
		assertThat(Outcome.of(objective, measured, Indicator.Unit.NUMBER).met()).isEqualTo(met);
	}

}
