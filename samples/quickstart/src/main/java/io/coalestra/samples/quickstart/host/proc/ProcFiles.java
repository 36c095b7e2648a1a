package io.coalestra.samples.quickstart.host.proc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.coalestra.samples.quickstart.fault.Backend;
import io.coalestra.samples.quickstart.fault.Faults;
import org.springframework.stereotype.Component;

/**
 * The files of {@code /proc}: the one place that opens them, and where their fault
 * strikes. Safe for concurrent use.
 */
@Component
public class ProcFiles {

	private final Path directory;

	private final Faults faults;

	ProcFiles(ProcProperties properties, Faults faults) {
		this.directory = properties.directory();
		this.faults = faults;
	}

	/**
	 * Reads a file. A process can call itself anything: bytes that are no UTF-8 are
	 * replaced, not refused.
	 */
	String read(String file) throws IOException, InterruptedException {
		this.faults.strike(Backend.PROC);
		return new String(Files.readAllBytes(this.directory.resolve(file)), StandardCharsets.UTF_8);
	}

	/**
	 * Returns the ids of all processes: the directories that are named by a number.
	 */
	List<Long> pids() throws IOException, InterruptedException {
		this.faults.strike(Backend.PROC);
		List<Long> pids = new ArrayList<>();
		try (DirectoryStream<Path> entries = Files.newDirectoryStream(this.directory, "[1-9]*")) {
			for (Path entry : entries) {
				String name = entry.getFileName().toString();
				if (name.length() <= 10 && name.chars().allMatch(Character::isDigit)) {
					pids.add(Long.valueOf(name));
				}
			}
		}
		return pids;
	}

	boolean exists(String file) {
		return Files.exists(this.directory.resolve(file));
	}

}
