package io.coalestra.samples.quickstart;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.scheduling.annotation.EnableScheduling;

/**
 * Starts the board. Begin to read at
 * {@link io.coalestra.samples.quickstart.host.HostResources}, then
 * {@link io.coalestra.samples.quickstart.host.proc.ProcSources}, then
 * {@link io.coalestra.samples.quickstart.board.Board}.
 */
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableScheduling
public class QuickstartApplication {

	public static void main(String[] args) {
		SpringApplication.run(QuickstartApplication.class, args);
	}

}
