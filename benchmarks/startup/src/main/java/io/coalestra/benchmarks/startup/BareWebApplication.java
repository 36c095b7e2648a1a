package io.coalestra.benchmarks.startup;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * A web application that does nothing. It starts, prints how long that took since its JVM
 * did and what memory it uses then, and ends.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class BareWebApplication {

	static final String RESULT = "result ";

	public static void main(String[] arguments) {
		SpringApplication application = new SpringApplication(BareWebApplication.class);
		try (ConfigurableApplicationContext context = application.run("--server.port=0",
				"--spring.main.banner-mode=off", "--logging.level.root=warn")) {
			long millis = ManagementFactory.getRuntimeMXBean().getUptime();
			System.out.println(RESULT + millis + " " + usedBytes() + " " + context.getBeanDefinitionCount());
		}
	}

	// The heap that lives, and what classes and their code take.
	private static long usedBytes() {
		MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
		memory.gc();
		return memory.getHeapMemoryUsage().getUsed() + memory.getNonHeapMemoryUsage().getUsed();
	}

}
