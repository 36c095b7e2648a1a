package io.coalestra;

import java.util.List;
import java.util.Map;

import io.coalestra.failure.CapabilityRequirementException;
import io.coalestra.failure.CapabilityRequirementException.SchemaMismatch;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What this release says that it can do.
 */
class CapabilitiesTests {

	private final Capabilities capabilities = Capabilities.current();

	@Test
	void whatThereIsCanBeRequired() {
		assertThat(this.capabilities.require("snapshot_requests", "change_subscriptions")).isSameAs(this.capabilities);
		assertThat(this.capabilities.require(List.of(), Map.of("snapshot", 1, "error_diagnostics", 1)))
			.isSameAs(this.capabilities);
	}

	@Test
	void everythingThatIsMissingIsNamedAtOnce() {
		assertThatExceptionOfType(CapabilityRequirementException.class)
			.isThrownBy(() -> this.capabilities.require(List.of("time_travel", "snapshot_requests", "alchemy"),
					Map.of("snapshot", 2, "horoscope", 1)))
			.satisfies((missing) -> {
				assertThat(missing.missingFeatures()).containsExactly("alchemy", "time_travel");
				assertThat(missing.schemaMismatches()).containsExactly(
						Map.entry("horoscope", new SchemaMismatch(1, null)),
						Map.entry("snapshot", new SchemaMismatch(2, 1)));
			})
			.withMessage("capabilities: missing features [alchemy, time_travel], "
					+ "schemas {horoscope=version null instead of 1, snapshot=version 1 instead of 2} "
					+ "(expected: a release that has them)");
	}

	@Test
	void aVersionBelowOneIsRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.capabilities.require(List.of(), Map.of("snapshot", 0)))
			.withMessage("schema \"snapshot\": 0 (expected: 1 or more)");
	}

	@Test
	void theSerializedFormNamesItsSchema() {
		assertThat(this.capabilities.toMap()).containsEntry("schema", "coalestra.capabilities")
			.containsEntry("schema_version", 1)
			.containsEntry("java_requires", 21)
			.containsEntry("package_version", "development");
		assertThat(this.capabilities.features()).isSorted().doesNotHaveDuplicates();
	}

}
