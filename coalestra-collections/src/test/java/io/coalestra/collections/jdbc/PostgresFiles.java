package io.coalestra.collections.jdbc;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's own programs, unpacked once for all test runs of a user, and run as
 * somebody who is not root: PostgreSQL refuses to be.
 */
final class PostgresFiles {

	private static final String VERSION = "18.6.0";

	private static final int EXECUTABLE = 0100;

	/** The user that every system has for what has no rights. */
	private static final String NOBODY = "nobody";

	private final Path directory;

	private PostgresFiles(Path directory) {
		this.directory = directory;
	}

	static PostgresFiles ofThisPlatform() {
		String archive = archive();
		Path directory = Path.of(System.getProperty("java.io.tmpdir"),
				"coalestra-postgres-" + VERSION + "-" + System.getProperty("user.name"));
		try {
			if (!Files.isExecutable(directory.resolve("bin/postgres"))) {
				unpack(archive, directory);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return new PostgresFiles(directory);
	}

	private static String archive() {
		String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : "linux";
		String processor = switch (System.getProperty("os.arch")) {
			case "aarch64", "arm64" -> "arm_64";
			default -> "x86_64";
		};
		return "/postgres-" + system + "-" + processor + ".txz";
	}

	// Into a directory of its own first: another run may be unpacking too, and the first
	// to be ready wins.
	private static void unpack(String archive, Path directory) throws IOException {
		Path fresh = Files.createTempDirectory("coalestra-postgres-unpacking-");
		try (InputStream packed = PostgresFiles.class.getResourceAsStream(archive)) {
			if (packed == null) {
				throw new IllegalStateException(
						"no " + archive + " on the class path (expected: PostgreSQL's binaries for this platform)");
			}
			TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(packed)));
			for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
				unpack(tar, entry, fresh);
			}
		}
		Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
		try {
			Files.move(fresh, directory, StandardCopyOption.ATOMIC_MOVE);
		}
		catch (FileAlreadyExistsException | DirectoryNotEmptyException ex) {
			delete(fresh);
		}
	}

	private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path directory) throws IOException {
		Path path = directory.resolve(entry.getName()).normalize();
		if (!path.startsWith(directory)) {
			throw new IOException(entry.getName() + " leads out of the archive");
		}
		if (entry.isDirectory()) {
			Files.createDirectories(path);
			return;
		}
		Files.createDirectories(path.getParent());
		if (entry.isSymbolicLink()) {
			Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
			return;
		}
		Files.copy(tar, path);
		Files.setPosixFilePermissions(path,
				PosixFilePermissions.fromString(((entry.getMode() & EXECUTABLE) != 0) ? "rwxr-xr-x" : "rw-r--r--"));
	}

	private static void delete(Path directory) throws IOException {
		try (Stream<Path> tree = Files.walk(directory)) {
			tree.sorted((a, b) -> b.compareTo(a)).forEach((path) -> path.toFile().delete());
		}
	}

	private static boolean isRoot() {
		return "root".equals(System.getProperty("user.name"));
	}

	/**
	 * Gives a directory to the user that the programs run as.
	 */
	void giveAway(Path path) throws IOException {
		if (isRoot()) {
			Files.setOwner(path, path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(NOBODY));
		}
	}

	/**
	 * Returns the command line of one of the programs.
	 */
	List<String> command(String program, String... arguments) {
		List<String> command = new ArrayList<>();
		if (isRoot()) {
			command.addAll(List.of("setpriv", "--reuid=" + NOBODY, "--regid=65534", "--clear-groups"));
		}
		command.add(this.directory.resolve("bin").resolve(program).toString());
		command.addAll(List.of(arguments));
		return command;
	}

}
