package io.coalestra.spring.boot.autoconfigure.fault;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says what is wrong with sources and properties, and what to do about it.
 */
final class InvalidConfigurationFailureAnalyzer extends AbstractFailureAnalyzer<InvalidConfigurationException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidConfigurationException cause) {
		return new FailureAnalysis(
				"Coalestra is misconfigured:\n\n"
						+ lines(cause.faults(), (fault) -> fault.where() + " " + fault.problem()),
				lines(cause.faults(), ConfigurationFault::remedy), cause);
	}

	private static String lines(List<ConfigurationFault> faults, Function<ConfigurationFault, String> text) {
		if (faults.size() == 1) {
			return text.apply(faults.getFirst());
		}
		return faults.stream().map(text).distinct().map((line) -> "- " + line).collect(Collectors.joining("\n"));
	}

}
