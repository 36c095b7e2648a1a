package io.coalestra.spring.boot.autoconfigure;

import java.util.List;

import io.coalestra.Coalestra;
import io.coalestra.cache.PayloadCopier;
import io.coalestra.signal.ActivityWatcher;
import io.coalestra.signal.EventSink;
import io.coalestra.signal.MetricSink;
import io.coalestra.snapshot.BuildListener;
import io.coalestra.source.ContextCarrier;
import io.coalestra.spring.boot.builder.PerBuilder;
import io.coalestra.spring.boot.context.TaskDecoratorCarrier;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.task.TaskDecorator;

/**
 * The beans that serve every builder.
 */
final class BuilderServices {

	// By its name, for its class needs Micrometer's context propagation.
	private static final String CONTEXT_DECORATOR = "org.springframework.core.task.support.ContextPropagatingTaskDecorator";

	private final CoalestraProperties properties;

	private final ObjectProvider<EventSink> eventSinks;

	private final ObjectProvider<MetricSink> metricSink;

	private final ObjectProvider<ActivityWatcher> activityWatcher;

	private final ObjectProvider<BuildListener> buildListeners;

	private final ObjectProvider<PayloadCopier> payloadCopier;

	private final ObjectProvider<TimeSource> timeSource;

	private final ObjectProvider<ContextCarrier> contextCarrier;

	private final ObjectProvider<TaskDecorator> taskDecorators;

	BuilderServices(CoalestraProperties properties, ObjectProvider<EventSink> eventSinks,
			ObjectProvider<MetricSink> metricSink, ObjectProvider<ActivityWatcher> activityWatcher,
			ObjectProvider<BuildListener> buildListeners, ObjectProvider<PayloadCopier> payloadCopier,
			ObjectProvider<TimeSource> timeSource, ObjectProvider<ContextCarrier> contextCarrier,
			ObjectProvider<TaskDecorator> taskDecorators) {
		this.properties = properties;
		this.eventSinks = eventSinks;
		this.metricSink = metricSink;
		this.activityWatcher = activityWatcher;
		this.buildListeners = buildListeners;
		this.payloadCopier = payloadCopier;
		this.timeSource = timeSource;
		this.contextCarrier = contextCarrier;
		this.taskDecorators = taskDecorators;
	}

	/**
	 * Hands the beans to a builder.
	 * @param builder its name, or null for the one that has none
	 * @param coalestra its configuration
	 */
	void apply(@Nullable String builder, Coalestra coalestra) {
		this.eventSinks.orderedStream().forEach((sink) -> coalestra.eventSink(serving(builder, EventSink.class, sink)));
		this.metricSink.ifAvailable((sink) -> coalestra.metricSink(serving(builder, MetricSink.class, sink)));
		this.activityWatcher
			.ifAvailable((watcher) -> coalestra.activityWatcher(serving(builder, ActivityWatcher.class, watcher)));
		this.buildListeners.orderedStream()
			.forEach((listener) -> coalestra.buildListener(serving(builder, BuildListener.class, listener)));
		this.payloadCopier.ifAvailable(coalestra::payloadCopier);
		this.timeSource.ifAvailable(coalestra::timeSource);
		coalestra.contextCarrier(carrier());
	}

	private ContextCarrier carrier() {
		ContextCarrier carrier = this.contextCarrier.getIfAvailable(() -> ContextCarrier.NONE);
		if (!this.properties.context().taskDecorators()) {
			return carrier;
		}
		// Spring's own carries what the carrier does.
		List<TaskDecorator> decorators = this.taskDecorators.orderedStream()
			.filter((decorator) -> !decorator.getClass().getName().equals(CONTEXT_DECORATOR))
			.toList();
		return decorators.isEmpty() ? carrier : new TaskDecoratorCarrier(carrier, decorators);
	}

	private static <T> T serving(@Nullable String builder, Class<T> type, T bean) {
		return (builder != null && bean instanceof PerBuilder<?> several) ? type.cast(several.forBuilder(builder))
				: bean;
	}

}
