package io.coalestra.spring.boot.autoconfigure.fault;

import java.util.List;
import java.util.stream.Collectors;

import io.coalestra.failure.CoalestraException;
import org.jspecify.annotations.Nullable;

/**
 * Stops the start of an application whose sources or properties are faulty.
 */
public final class InvalidConfigurationException extends CoalestraException {

	private static final long serialVersionUID = 1L;

	// Read by the failure analyzer of the same process only.
	private final transient List<ConfigurationFault> faults;

	/**
	 * Makes an exception of faults.
	 * @param faults the faults, at least one
	 * @param cause what was thrown where the last one was found, or null
	 */
	public InvalidConfigurationException(List<ConfigurationFault> faults, @Nullable Throwable cause) {
		super(faults.stream().map((fault) -> fault.where() + " " + fault.problem()).collect(Collectors.joining("; ")),
				cause);
		this.faults = List.copyOf(faults);
	}

	/**
	 * Returns what is wrong.
	 * @return the faults, in the order in which they were found
	 */
	public List<ConfigurationFault> faults() {
		return this.faults;
	}

}
