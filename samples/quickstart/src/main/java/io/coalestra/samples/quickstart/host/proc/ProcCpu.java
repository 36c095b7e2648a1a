package io.coalestra.samples.quickstart.host.proc;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import io.coalestra.samples.quickstart.host.Cpu;
import org.springframework.stereotype.Component;

/**
 * Reads the processors from {@code /proc/stat}, which counts their time since the start:
 * how busy they are is the difference between two reads. Safe for concurrent use.
 */
@Component
class ProcCpu {

	private static final String FILE = "stat";

	private static final Times BOOT = new Times(0, 0);

	private final ProcFiles files;

	private final AtomicReference<Times> before = new AtomicReference<>(BOOT);

	ProcCpu(ProcFiles files) {
		this.files = files;
	}

	Cpu read() throws IOException, InterruptedException {
		List<String> lines = this.files.read(FILE).lines().filter((line) -> line.startsWith("cpu")).toList();
		if (lines.size() < 2) {
			throw new ProcFormatException(FILE, String.join(" ", lines), "a line cpu, and one for each processor");
		}
		Times now = Times.parse(lines.getFirst());
		return new Cpu(lines.size() - 1, now.busySince(this.before.getAndSet(now)));
	}

	/**
	 * Time in ticks, since the start.
	 */
	private record Times(long total, long idle) {

		// cpu user nice system idle iowait irq softirq steal; what follows is in user
		// already.
		static Times parse(String line) throws ProcFormatException {
			Fields fields = new Fields(FILE, line);
			long total = 0;
			for (int position = 1; position < Math.min(9, fields.count()); position++) {
				total += fields.number(position);
			}
			return new Times(total, fields.number(4) + fields.number(5));
		}

		double busySince(Times before) {
			// No tick since, or the counters began anew: all that can be told is the
			// average since the start.
			Times since = (this.total > before.total) ? before : BOOT;
			double passed = this.total - since.total;
			double idled = this.idle - since.idle;
			return (passed > 0) ? Math.clamp(1 - idled / passed, 0, 1) : 0;
		}

	}

}
