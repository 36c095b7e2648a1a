package io.coalestra.samples.quickstart.fault;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

import org.springframework.stereotype.Component;

/**
 * All switches. What reads from a back end calls {@link #strike} first. Safe for
 * concurrent use.
 */
@Component
public class Faults {

	private static final Duration SLOW = Duration.ofSeconds(5);

	private final Map<Backend, FaultSwitch> switches = new EnumMap<>(Backend.class);

	public Faults() {
		for (Backend backend : Backend.values()) {
			this.switches.put(backend, new FaultSwitch(backend, SLOW));
		}
	}

	/**
	 * Lets the fault of a back end strike, if one is switched on.
	 * @param backend what is about to be read
	 * @throws InterruptedException if it is slow, and the caller's time is up
	 */
	public void strike(Backend backend) throws InterruptedException {
		switchOf(backend).strike();
	}

	/**
	 * Turns the switch of a back end.
	 * @param backend the back end
	 * @param mode what is wrong with it from now on
	 */
	public void turn(Backend backend, FaultMode mode) {
		switchOf(backend).turnTo(mode);
	}

	/**
	 * Returns how all switches stand.
	 * @return the mode of each back end
	 */
	public Map<Backend, FaultMode> modes() {
		Map<Backend, FaultMode> modes = new EnumMap<>(Backend.class);
		this.switches.forEach((backend, faultSwitch) -> modes.put(backend, faultSwitch.mode()));
		return modes;
	}

	private FaultSwitch switchOf(Backend backend) {
		FaultSwitch found = this.switches.get(backend);
		if (found == null) {
			throw new IllegalArgumentException("backend: " + backend + " (expected: one with a switch)");
		}
		return found;
	}

}
