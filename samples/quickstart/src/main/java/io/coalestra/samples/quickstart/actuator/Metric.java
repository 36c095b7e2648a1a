package io.coalestra.samples.quickstart.actuator;

import io.coalestra.key.ResourceType;
import org.jspecify.annotations.Nullable;

/**
 * A figure of the application itself.
 *
 * @param name its name, such as {@code jvm.threads.live}
 * @param value how much
 * @param unit of what, or null where it is a mere number
 */
public record Metric(String name, double value, @Nullable String unit) {

	/** One figure; {@code Metric.TYPE.key(name)}. */
	public static final ResourceType<Metric> TYPE = ResourceType.of("app", "metric", Metric.class);

	/** The threads of the platform that are alive: virtual ones do not count. */
	public static final String LIVE_THREADS = "jvm.threads.live";

	/** How long the application has been running. */
	public static final String UPTIME = "process.uptime";

	/** How much memory it uses. */
	public static final String USED_MEMORY = "jvm.memory.used";

	/** How many HTTP requests it has answered. */
	public static final String HTTP_REQUESTS = "http.server.requests";

}
