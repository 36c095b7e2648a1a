package io.coalestra.health;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a state comes to. Immutable.
 *
 * @param severity the gravest severity among the findings
 * @param findings what an operator should know, in a fixed order of reasons
 * @param baselineUsed whether an earlier sample was compared, so that counters could be
 * judged
 */
public record HealthAssessment(Severity severity, List<Finding> findings, boolean baselineUsed) {

	/**
	 * Checks and copies.
	 */
	public HealthAssessment {
		Objects.requireNonNull(severity, "severity");
		findings = List.copyOf(findings);
	}

	static HealthAssessment of(List<Finding> findings, boolean baselineUsed) {
		Severity gravest = Severity.HEALTHY;
		for (Finding finding : findings) {
			if (finding.severity().compareTo(gravest) > 0) {
				gravest = finding.severity();
			}
		}
		return new HealthAssessment(gravest, findings, baselineUsed);
	}

	/**
	 * Returns the distinct reasons.
	 * @return the reasons in the order of the findings
	 */
	public List<String> reasons() {
		return this.findings.stream().map(Finding::reason).distinct().toList();
	}

	/**
	 * Writes the versioned form {@code coalestra.builder-health-assessment}.
	 * @return maps, lists, strings, numbers and booleans
	 */
	public Map<String, Object> toMap() {
		Map<String, Object> document = new LinkedHashMap<>();
		document.put("schema", "coalestra.builder-health-assessment");
		document.put("schema_version", 1);
		document.put("severity", this.severity.wireName());
		document.put("baseline_used", this.baselineUsed);
		document.put("reasons", reasons());
		document.put("findings", this.findings.stream().map(Finding::toMap).toList());
		return document;
	}

}
