package io.coalestra.samples.quickstart.host.proc;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import io.coalestra.samples.quickstart.host.DiskUsage;
import io.coalestra.source.Payload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.coalestra.samples.quickstart.host.HostResources.DISK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ProcDisksTests {

	private final ProcFixture proc;

	private final ProcDisks disks;

	ProcDisksTests(@TempDir Path directory) {
		this.proc = new ProcFixture(directory);
		this.disks = new ProcDisks(this.proc.files, new ProcUptime(this.proc.files));
	}

	@Test
	void partitionsAndWhatIsNoDiskAreNotListed() throws Exception {
		at(10, line("loop0", 8, 0, 0), line("ram1", 8, 0, 0), line("sda", 8, 0, 0), line("sda1", 8, 0, 0),
				line("nvme0n1", 8, 0, 0), line("nvme0n1p2", 8, 0, 0), line("sdb", 0, 0, 0), line("dm-0", 0, 8, 0));
		assertThat(this.disks.list().names()).containsExactlyInAnyOrder("sda", "nvme0n1", "dm-0");
	}

	@Test
	void theFirstPassTellsTheAverageSinceTheStart() throws Exception {
		at(10, line("sda", 100, 200, 2500));
		assertThat(usage("sda")).isEqualTo(new DiskUsage("sda", 5120, 10240, 0.25));
	}

	@Test
	void aFurtherPassTellsWhatHappenedSince() throws Exception {
		at(10, line("sda", 100, 200, 2500));
		usage("sda");
		at(12, line("sda", 104, 200, 4500));
		assertThat(usage("sda")).isEqualTo(new DiskUsage("sda", 1024, 0, 1));
	}

	@Test
	void aDiskThatWasTakenOutIsAbsent() throws Exception {
		at(10, line("sda", 100, 200, 2500));
		assertThat(this.disks.read(List.of(DISK.key("sdb"))).get(DISK.key("sdb")).kind())
			.isEqualTo(Payload.Kind.ABSENT);
	}

	@Test
	void whatIsMalformedIsRefusedByName() throws Exception {
		at(10, "8 0 sda 1 2 3");
		assertThatExceptionOfType(ProcFormatException.class).isThrownBy(this.disks::list)
			.withMessageStartingWith("diskstats: \"8 0 sda 1 2 3\"");
	}

	private void at(int uptime, String... lines) throws IOException {
		this.proc.with("uptime", uptime + ".00 1.00\n").with("diskstats", String.join("\n", lines) + "\n");
	}

	private static String line(String name, long sectorsRead, long sectorsWritten, long millisBusy) {
		return "   8       0 " + name + " 1 1 " + sectorsRead + " 1 1 1 " + sectorsWritten + " 1 0 " + millisBusy
				+ " 1 0 0 0 0 0 0";
	}

	private DiskUsage usage(String name) throws Exception {
		DiskUsage usage = this.disks.read(List.of(DISK.key(name))).get(DISK.key(name)).value();
		assertThat(usage).isNotNull();
		return usage;
	}

}
