package io.coalestra.spring.boot.autoconfigure.fault;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Collects what is wrong, so that all of it can be reported at once. A fault that several
 * sources share is kept once.
 */
public final class Faults {

	private final Set<ConfigurationFault> found = new LinkedHashSet<>();

	/**
	 * Begins a collection.
	 */
	public Faults() {
	}

	/**
	 * Adds a fault, unless it is there already.
	 * @param fault the fault
	 */
	public void add(ConfigurationFault fault) {
		this.found.add(fault);
	}

	/**
	 * Adds a fault, unless it is there already.
	 * @param where the property or the bean
	 * @param problem what is wrong there
	 * @param remedy what to do about it, in whole sentences
	 */
	public void add(String where, String problem, String remedy) {
		add(new ConfigurationFault(where, problem, remedy));
	}

	/**
	 * Sets an option, if there is a value for it.
	 * @param <T> the option's type
	 * @param prefix the property below which the value was set
	 * @param value the value, or null
	 * @param setter takes the value
	 */
	public <T> void set(String prefix, @Nullable T value, Consumer<T> setter) {
		if (value != null) {
			try {
				setter.accept(value);
			}
			catch (IllegalArgumentException ex) {
				add(ConfigurationFault.ofProperty(prefix, ex));
			}
		}
	}

	/**
	 * Makes something of values.
	 * @param <T> what is made
	 * @param prefix the property below which the values were set
	 * @param maker makes it
	 * @param fallback stands in if it cannot be made
	 * @return what was made, or the fallback
	 */
	public <T> T make(String prefix, Supplier<T> maker, T fallback) {
		try {
			return maker.get();
		}
		catch (IllegalArgumentException ex) {
			add(ConfigurationFault.ofProperty(prefix, ex));
			return fallback;
		}
	}

	/**
	 * Makes something of all that was set, or reports why it cannot be made.
	 * @param <T> what is made
	 * @param prefix the property below which the values were set
	 * @param maker makes it
	 * @return what was made
	 */
	public <T> T makeOrThrow(String prefix, Supplier<T> maker) {
		try {
			return maker.get();
		}
		catch (IllegalArgumentException ex) {
			add(ConfigurationFault.ofProperty(prefix, ex));
			throw new InvalidConfigurationException(List.copyOf(this.found), ex);
		}
	}

	/**
	 * Stops the start if something was found.
	 * @throws InvalidConfigurationException with all faults
	 */
	public void throwIfAny() {
		if (!this.found.isEmpty()) {
			throw new InvalidConfigurationException(List.copyOf(this.found), null);
		}
	}

}
