package io.coalestra.samples.quickstart.host;

/**
 * How much more the host could do before threads have to queue for a processor.
 *
 * @param loadPerCpu how many threads want each processor; beyond 1 they queue
 * @param free the part of the processors that nobody wants, from 0 to 1
 */
public record Headroom(double loadPerCpu, double free) {

	static Headroom of(Load load, Cpu cpu) {
		double loadPerCpu = load.oneMinute() / cpu.count();
		return new Headroom(loadPerCpu, Math.max(0, 1 - loadPerCpu));
	}

}
