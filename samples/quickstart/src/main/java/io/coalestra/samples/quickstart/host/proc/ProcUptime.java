package io.coalestra.samples.quickstart.host.proc;

import java.io.IOException;

import org.springframework.stereotype.Component;

/**
 * Reads the host's own clock from {@code /proc/uptime}: the one that all counters of
 * {@code /proc} go by.
 */
@Component
class ProcUptime {

	private static final String FILE = "uptime";

	private final ProcFiles files;

	ProcUptime(ProcFiles files) {
		this.files = files;
	}

	/**
	 * Reads the seconds since the start.
	 */
	double read() throws IOException, InterruptedException {
		return new Fields(FILE, this.files.read(FILE)).decimal(0);
	}

}
