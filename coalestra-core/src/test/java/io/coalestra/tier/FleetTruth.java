package io.coalestra.tier;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/**
 * What the source of a {@link Fleet} holds: a number a key, in a file that all processes
 * have mapped, and that each raises atomically.
 */
final class FleetTruth {

	private static final VarHandle NUMBERS = MethodHandles.byteBufferViewVarHandle(long[].class,
			ByteOrder.nativeOrder());

	// The first place holds the moment from which observations are counted.
	private final ByteBuffer places;

	private FleetTruth(ByteBuffer places) {
		this.places = places;
	}

	static Path create(int keys) throws IOException {
		Path file = Files.createTempFile("coalestra-fleet-", ".truth");
		file.toFile().deleteOnExit();
		ByteBuffer places = ByteBuffer.allocate((keys + 1) * Long.BYTES).order(ByteOrder.nativeOrder());
		places.putLong(0, Instant.now().toEpochMilli());
		Files.write(file, places.array());
		return file;
	}

	static FleetTruth at(Path file) {
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
			return new FleetTruth(
					channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size()).order(ByteOrder.nativeOrder()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	int size() {
		return this.places.capacity() / Long.BYTES - 1;
	}

	long of(int number) {
		return (long) NUMBERS.getVolatile(this.places, (number + 1) * Long.BYTES);
	}

	long raise(int number) {
		return (long) NUMBERS.getAndAdd(this.places, (number + 1) * Long.BYTES, 1L) + 1;
	}

	/**
	 * Returns when a value counts as observed: later for a higher one.
	 * @param value the value
	 * @return the moment
	 */
	Instant observedAt(long value) {
		long begun = (long) NUMBERS.getVolatile(this.places, 0);
		return Instant.ofEpochMilli(begun).plusNanos(value * 1_000);
	}

}
