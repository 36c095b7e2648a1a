package io.coalestra.samples.quickstart.host.proc;

/**
 * A line of numbers between blanks, as most of {@code /proc} is. Whatever is not as
 * expected becomes an exception that names the file.
 */
class Fields {

	private final String file;

	private final String line;

	private final String[] parts;

	Fields(String file, String line) {
		this.file = file;
		this.line = line;
		this.parts = line.strip().split("\\s+");
	}

	int count() {
		return this.parts.length;
	}

	String text(int position) throws ProcFormatException {
		if (position >= this.parts.length) {
			throw new ProcFormatException(this.file, this.line, "at least " + (position + 1) + " fields");
		}
		return this.parts[position];
	}

	long number(int position) throws ProcFormatException {
		try {
			return Long.parseLong(text(position));
		}
		catch (NumberFormatException ex) {
			throw new ProcFormatException(this.file, this.line, "a whole number in field " + (position + 1));
		}
	}

	double decimal(int position) throws ProcFormatException {
		try {
			return Double.parseDouble(text(position));
		}
		catch (NumberFormatException ex) {
			throw new ProcFormatException(this.file, this.line, "a number in field " + (position + 1));
		}
	}

}
