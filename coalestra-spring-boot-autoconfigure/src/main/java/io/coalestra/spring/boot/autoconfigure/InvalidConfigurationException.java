package io.coalestra.spring.boot.autoconfigure;

import java.util.List;
import java.util.stream.Collectors;

import io.coalestra.failure.CoalestraException;
import org.jspecify.annotations.Nullable;

/**
 * Stops the start of an application whose sources or properties are faulty.
 */
final class InvalidConfigurationException extends CoalestraException {

	private static final long serialVersionUID = 1L;

	// Read by the failure analyzer of the same process only.
	private final transient List<ConfigurationFault> faults;

	InvalidConfigurationException(List<ConfigurationFault> faults, @Nullable Throwable cause) {
		super(faults.stream().map((fault) -> fault.where() + " " + fault.problem()).collect(Collectors.joining("; ")),
				cause);
		this.faults = List.copyOf(faults);
	}

	List<ConfigurationFault> faults() {
		return this.faults;
	}

}
