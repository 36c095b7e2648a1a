package io.coalestra.samples.quickstart.host.proc;

import java.io.IOException;

import io.coalestra.samples.quickstart.host.Load;
import org.springframework.stereotype.Component;

/**
 * Reads the load from {@code /proc/loadavg}: {@code 0.20 0.18 0.12 1/80 11206}.
 */
@Component
public class ProcLoad {

	private static final String FILE = "loadavg";

	private final ProcFiles files;

	ProcLoad(ProcFiles files) {
		this.files = files;
	}

	/**
	 * Reads the load.
	 * @return the load, complete
	 * @throws IOException if the file cannot be read or is not as it should be
	 * @throws InterruptedException if the caller's time is up
	 */
	public Load read() throws IOException, InterruptedException {
		String line = this.files.read(FILE);
		Fields fields = new Fields(FILE, line);
		String[] threads = fields.text(3).split("/", 2);
		int runnable = (int) new Fields(FILE, threads[0]).number(0);
		return new Load(fields.decimal(0), fields.decimal(1), fields.decimal(2), runnable);
	}

}
