package io.coalestra.samples.quickstart.host.proc;

import java.nio.file.Path;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the figures of the host are read.
 *
 * @param directory the mount of procfs: another one in tests, and in a container that is
 * to show the host around it
 */
@ConfigurationProperties("quickstart.proc")
record ProcProperties(@DefaultValue("/proc") Path directory) {
}
