package io.coalestra.collections.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.LongBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

import io.coalestra.collections.option.FlushStrategy;

/**
 * How many changes of each row a node has begun, and how many were acknowledged: in a
 * file that outlives the node's process, so that a node that is killed has said all it
 * had to say. A row is written by one thread at a time; the test reads when all is still,
 * or when the process has ended.
 */
final class CounterLedger {

	private static final List<FlushStrategy> STRATEGIES = List.of(FlushStrategy.values());

	private static final int BEGUN = 0;

	private static final int ACKNOWLEDGED = 1;

	private final LongBuffer numbers;

	private final int rows;

	CounterLedger(Path file, int rows) {
		this.rows = rows;
		long size = (long) STRATEGIES.size() * rows * 2 * Long.BYTES;
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ,
				StandardOpenOption.WRITE)) {
			MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, size);
			this.numbers = mapped.asLongBuffer();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private int place(FlushStrategy strategy, int row, int what) {
		return (STRATEGIES.indexOf(strategy) * this.rows + row) * 2 + what;
	}

	private synchronized void add(int place) {
		this.numbers.put(place, this.numbers.get(place) + 1);
	}

	void begin(FlushStrategy strategy, int row) {
		add(place(strategy, row, BEGUN));
	}

	void acknowledge(FlushStrategy strategy, int row) {
		add(place(strategy, row, ACKNOWLEDGED));
	}

	synchronized long begun(FlushStrategy strategy, int row) {
		return this.numbers.get(place(strategy, row, BEGUN));
	}

	synchronized long acknowledged(FlushStrategy strategy, int row) {
		return this.numbers.get(place(strategy, row, ACKNOWLEDGED));
	}

}
