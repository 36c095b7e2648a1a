package io.coalestra.spring.boot.observation;

import java.util.Objects;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationView;
import io.micrometer.tracing.Link;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.TracingObservationHandler;

/**
 * Makes the span of an observation that several have caused: the child of one of them, or
 * of none, with a link to the span of each other. Those without links are left to the
 * handler for everything. Safe for concurrent use.
 */
public final class LinkingTracingHandler implements TracingObservationHandler<Observation.Context> {

	private final Tracer tracer;

	/**
	 * Makes the handler.
	 * @param tracer makes the spans
	 */
	public LinkingTracingHandler(Tracer tracer) {
		this.tracer = Objects.requireNonNull(tracer, "tracer");
	}

	@Override
	public void onStart(Observation.Context context) {
		Span.Builder span = this.tracer.spanBuilder();
		Span parent = getParentSpan(context);
		if (parent != null) {
			span.setParent(parent.context());
		}
		else {
			span.setNoParent();
		}
		if (context instanceof LinkedObservationContext linked) {
			for (ObservationView link : linked.links()) {
				TracingContext tracing = link.getContextView().get(TracingContext.class);
				if (tracing != null && tracing.getSpan() != null) {
					span.addLink(new Link(tracing.getSpan().context()));
				}
			}
		}
		getTracingContext(context).setSpan(span.start());
	}

	@Override
	public void onStop(Observation.Context context) {
		Span span = getRequiredSpan(context);
		span.name(getSpanName(context));
		tagSpan(context, span);
		endSpan(context, span);
	}

	@Override
	public Tracer getTracer() {
		return this.tracer;
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof LinkedObservationContext linked && !linked.links().isEmpty();
	}

}
