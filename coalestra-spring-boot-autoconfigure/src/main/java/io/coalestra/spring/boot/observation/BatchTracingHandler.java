package io.coalestra.spring.boot.observation;

import java.util.Objects;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationView;
import io.micrometer.tracing.Link;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.TracingObservationHandler;

/**
 * Makes the span of a bulk call, with a link to the span of each caller. Safe for
 * concurrent use.
 */
public final class BatchTracingHandler implements TracingObservationHandler<BatchObservationContext> {

	private final Tracer tracer;

	/**
	 * Makes the handler.
	 * @param tracer makes the spans
	 */
	public BatchTracingHandler(Tracer tracer) {
		this.tracer = Objects.requireNonNull(tracer, "tracer");
	}

	@Override
	public void onStart(BatchObservationContext context) {
		Span.Builder span = this.tracer.spanBuilder().name("batch " + context.call().batcher());
		Span parent = getParentSpan(context);
		if (parent != null) {
			span.setParent(parent.context());
		}
		else {
			span.setNoParent();
			for (ObservationView caller : context.callers()) {
				TracingContext tracing = caller.getContextView().get(TracingContext.class);
				if (tracing != null && tracing.getSpan() != null) {
					span.addLink(new Link(tracing.getSpan().context()));
				}
			}
		}
		getTracingContext(context).setSpan(span.start());
	}

	@Override
	public void onStop(BatchObservationContext context) {
		Span span = getRequiredSpan(context);
		tagSpan(context, span);
		endSpan(context, span);
	}

	@Override
	public Tracer getTracer() {
		return this.tracer;
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof BatchObservationContext;
	}

}
