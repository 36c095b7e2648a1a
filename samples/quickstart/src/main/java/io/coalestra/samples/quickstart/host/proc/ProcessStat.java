package io.coalestra.samples.quickstart.host.proc;

/**
 * What {@code /proc/<pid>/stat} says of one process:
 * {@code 42 (some name) S 1 42 42 0 …}.
 *
 * @param name its name
 * @param threads how many threads it has
 * @param startedAt when it was started, in ticks since the start of the host
 * @param worked how long it has occupied processors, in ticks
 */
record ProcessStat(String name, int threads, long startedAt, long worked) {

	/** In user space a tick is a hundredth of a second, whatever the kernel uses. */
	static final double TICKS_PER_SECOND = 100;

	/**
	 * Parses the line. The name is between the first and the last parenthesis, for it may
	 * itself contain parentheses, blanks, line breaks, and text that looks like fields.
	 */
	static ProcessStat parse(String line) throws ProcFormatException {
		int open = line.indexOf('(');
		int close = line.lastIndexOf(')');
		if (open < 0 || close < open) {
			throw new ProcFormatException("stat", line, "a name in parentheses");
		}
		Fields fields = new Fields("stat", line.substring(close + 1));
		return new ProcessStat(line.substring(open + 1, close), (int) fields.number(17), fields.number(19),
				fields.number(11) + fields.number(12));
	}

}
